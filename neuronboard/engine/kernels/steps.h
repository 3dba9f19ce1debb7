/* Steps of optimizers in one pass over memory, which is what large ones wait for.
 *
 * The same operations in the same order as numpy's in ops/training.py, each rounded by itself, so
 * both give the same bits. `restrict`: the arrays are different ones, so that loops are vectorised;
 * -fno-math-errno and -fno-trapping-math (see hatch_build.py) let roots and quotients be, too. On
 * x86 there is a copy for wider registers, without which numpy's passes are as quick.
 */
#include <math.h>
#include <stddef.h>

#define ADAM(NAME, NUMBER, ROOT)                                                               \
    static void NAME(NUMBER *restrict var, NUMBER *restrict mean, NUMBER *restrict square,     \
                     const NUMBER *restrict grad, size_t count, NUMBER alpha, NUMBER rest1,    \
                     NUMBER rest2, NUMBER epsilon) {                                           \
        for (size_t i = 0; i < count; i++) {                                                   \
            NUMBER g = grad[i];                                                                \
            NUMBER m = mean[i] + (g - mean[i]) * rest1;                                        \
            NUMBER s = square[i] + (g * g - square[i]) * rest2;                                \
            mean[i] = m;                                                                       \
            square[i] = s;                                                                     \
            var[i] = var[i] - m / (ROOT(s) + epsilon) * alpha;                                 \
        }                                                                                      \
    }

ADAM(adam_float, float, sqrtf)
ADAM(adam_double, double, sqrt)

#if (defined(__x86_64__) || defined(__i386__)) && (defined(__GNUC__) || defined(__clang__))
__attribute__((target("avx2"))) ADAM(adam_float_wide, float, sqrtf)
__attribute__((target("avx2"))) ADAM(adam_double_wide, double, sqrt)
static int wide_registers(void) { return __builtin_cpu_supports("avx2"); }
#else
#define adam_float_wide adam_float
#define adam_double_wide adam_double
static int wide_registers(void) { return 0; }
#endif
