/* Smoothing of a whole curve. Values that are not finite are passed through and count for nothing;
 * a curve that is constant stays as it is. Plain C without Python. */
#ifndef NEURONBOARD_SMOOTH_H
#define NEURONBOARD_SMOOTH_H

#include <math.h>
#include <stddef.h>

/* The exponential moving average of the values that are finite, divided by the weights it has seen,
 * so that its beginning is not drawn towards 0. TensorBoard's order of operations. */
static void smooth_forward(const double *values, size_t length, double weight, double *result) {
    double last = 0, debias = 1;
    for (size_t i = 0; i < length; i++) {
        if (!isfinite(values[i])) {
            result[i] = values[i];
            continue;
        }
        last = last * weight + (1 - weight) * values[i];
        debias *= weight;
        result[i] = last / (1 - debias);
    }
}

/* The mean of the finite values, weighed by weight^|distance| on both sides: it does not lag.
 * Distances count finite values. scratch: double[2 * length]. */
static void smooth_both(const double *values, size_t length, double weight, double *result,
                        double *scratch) {
    double sum = 0, weights = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isfinite(values[i])) continue;
        scratch[2 * i] = sum = sum * weight + values[i];
        scratch[2 * i + 1] = weights = weights * weight + 1;
    }
    sum = weights = 0;
    for (size_t i = length; i-- > 0;) {
        if (!isfinite(values[i])) {
            result[i] = values[i];
            continue;
        }
        double behind = sum * weight, behind_weights = weights * weight;
        result[i] = (scratch[2 * i] + behind) / (scratch[2 * i + 1] + behind_weights);
        sum = behind + values[i];
        weights = behind_weights + 1;
    }
}

#endif
