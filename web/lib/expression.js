// The language that runs are filtered by: lr < 1e-3 and bs in (32, 64) and name ~ "resnet".
// docs/run-filter.md is its manual.
//
//   or       and ("or" and)*
//   and      not ("and" not)*
//   not      "not" not | "(" or ")" | compared
//   compared operand ((< | <= | > | >= | = | !=) operand)* | operand ["not"] "in" "(" operand, ... ")"
//            | operand (~ | !~) text
//   operand  number | text | column | last(tag) and its like
//
// What is compared with a value that a run does not have is false.

import { tokensOf } from './tokens.js';
import { say } from './say.js';

/**
 * @typedef {number | string | boolean | null | undefined} Value
 * @typedef {(column: string) => Value} Get the value of a run in a column
 * @typedef {{ at: number, length: number, message: string }} Mistake where in the text, and what was expected there
 * @typedef {{ test: (get: Get) => boolean, columns: Set<string> }} Expression
 * @typedef {import('./tokens.js').Token} Token
 * @typedef {(get: Get) => boolean} Test
 * @typedef {{ token: Token, of: (get: Get) => Value, column: string | null }} Operand
 */

export class ExpressionError extends Error {
  /** @param {number} at @param {number} length @param {string} message */
  constructor(at, length, message) {
    super(message);
    this.at = at;
    this.length = length;
  }
}

/** Functions of a tag: last(loss). The columns are called "last:loss". */
export const STATS = ['best', 'last', 'min', 'max', 'last_step', 'min_step', 'max_step'];

const TOLERANCE = 1e-6; // relative: 0.1 that was written as float32 is 0.1
const WORDS = new Set(['and', 'or', 'not', 'in']);
/** @type {Record<string, Value>} */
const LITERALS = { true: true, false: false, nan: NaN, inf: Infinity };

/**
 * Reads an expression. Raises ExpressionError.
 * @param {string} text
 * @param {(name: string) => string | null} columnOf the column of that name; null if there is none
 * @param {(name: string) => string} suggest what to say of names that there are not
 * @returns {Expression}
 */
export function parse(text, columnOf, suggest = () => '') {
  const tokens = tokensOf(text, (at, length, message) => new ExpressionError(at, length, message));
  /** @type {Set<string>} */
  const columns = new Set();
  let next = 0;

  const peek = () => tokens[next];
  const isWord = (/** @type {string} */ word) => peek().type === 'word' && peek().text.toLowerCase() === word;
  /** @param {string} sign */
  const take = (sign) => peek().text === sign && peek().type === 'sign' && Boolean((next += 1));
  /** @param {string} word */
  const takeWord = (word) => isWord(word) && Boolean((next += 1));
  /** @param {string} expected @param {Token} [token] @returns {never} */
  function fail(expected, token = peek()) {
    const found = token.type === 'end' ? say('mistake.end') : `“${token.text}”`;
    throw new ExpressionError(token.at, Math.max(1, token.length), say('mistake.expected', { expected, found }));
  }

  /** @returns {Test} */
  function or() {
    const parts = [and()];
    while (takeWord('or')) parts.push(and());
    return parts.length === 1 ? parts[0] : (get) => parts.some((part) => part(get));
  }
  /** @returns {Test} */
  function and() {
    const parts = [not()];
    while (takeWord('and')) parts.push(not());
    return parts.length === 1 ? parts[0] : (get) => parts.every((part) => part(get));
  }
  /** @returns {Test} */
  function not() {
    if (takeWord('not')) {
      const inner = not();
      return (get) => !inner(get);
    }
    if (!take('(')) return compared();
    const inner = or();
    if (!take(')')) fail(say('mistake.bracket'));
    return inner;
  }
  /** @returns {Test} */
  function compared() {
    const left = operand(say('mistake.left'), true);
    const negated = isWord('not');
    if (negated) next += 1;
    if (takeWord('in')) return member(left, negated);
    if (negated) fail('“in”');
    if (take('~')) return matched(left, false);
    if (take('!~')) return matched(left, true);
    /** @type {Test[]} */
    const parts = [];
    let a = left;
    while (peek().type === 'sign' && peek().text in COMPARE) {
      const compare = COMPARE[tokens[next++].text];
      const [x, y] = [a, operand(say('mistake.right'))];
      const pair = timed(x, y);
      parts.push((get) => compare(...pair(get)));
      a = y;
    }
    if (parts.length === 0 && left.column === null) fail(say('mistake.comparison'));
    if (parts.length === 0) return (get) => isTrue(left.of(get));
    return parts.length === 1 ? parts[0] : (get) => parts.every((part) => part(get));
  }
  /** @param {Operand} left @param {boolean} negated @returns {Test} */
  function member(left, negated) {
    if (!take('(')) fail(say('mistake.in'));
    /** @type {((get: Get) => [Value, Value])[]} */
    const pairs = [];
    do pairs.push(timed(left, operand(say('mistake.value'))));
    while (take(','));
    if (!take(')')) fail(say('mistake.list'));
    return (get) => {
      if (isMissing(left.of(get))) return false;
      return negated !== pairs.some((pair) => equal(...pair(get)));
    };
  }
  /** @param {Operand} left @param {boolean} negated @returns {Test} */
  function matched(left, negated) {
    const token = peek();
    if (token.type !== 'text' && token.type !== 'word') fail(say('mistake.text'));
    next += 1;
    const pattern = patternOf(token);
    return (get) => {
      const value = left.of(get);
      return !isMissing(value) && negated !== pattern.test(String(value));
    };
  }
  /** @param {string} expected @param {boolean} [first] whether a name must be a column @returns {Operand} */
  function operand(expected, first = false) {
    const token = peek();
    if (token.type === 'number' || token.type === 'text') {
      next += 1;
      return { token, of: () => token.value, column: null };
    }
    const quoted = token.type === 'name';
    if (!quoted && (token.type !== 'word' || WORDS.has(token.text.toLowerCase()))) fail(expected);
    next += 1;
    if (!quoted && STATS.includes(token.text) && peek().text === '(') return statOf(token);
    const column = columnOf(String(token.value));
    if (column !== null) return columnAt(token, column);
    const literal = token.text.toLowerCase();
    if (!quoted && literal in LITERALS) return { token, of: () => LITERALS[literal], column: null };
    if (quoted || first) throw new ExpressionError(token.at, token.length, say('mistake.column', { name: token.value }) + suggest(String(token.value)));
    return { token, of: () => token.value, column: null }; // a bare word is a text: status = running
  }
  /** @param {Token} token @param {string} column @returns {Operand} */
  function columnAt(token, column) {
    columns.add(column);
    return { token, of: (get) => get(column), column };
  }
  /** @param {Token} token @returns {Operand} */
  function statOf(token) {
    next += 1;
    const tag = peek();
    if (tag.type !== 'word' && tag.type !== 'text' && tag.type !== 'name') fail(say('mistake.tag'));
    next += 1;
    if (!take(')')) fail(say('mistake.behind'));
    return columnAt(token, `${token.text}:${tag.value}`);
  }

  const test = or();
  if (peek().type !== 'end') fail(say('mistake.rest'));
  return { test, columns };
}

/** @type {Record<string, (a: any, b: any) => boolean>} */
const COMPARE = {
  '<': (a, b) => ordered(a, b) && a < b,
  '<=': (a, b) => ordered(a, b) && (a <= b || equal(a, b)),
  '>': (a, b) => ordered(a, b) && a > b,
  '>=': (a, b) => ordered(a, b) && (a >= b || equal(a, b)),
  '=': (a, b) => equal(a, b),
  '==': (a, b) => equal(a, b),
  '!=': (a, b) => !isMissing(a) && !isMissing(b) && !equal(a, b),
};

/** @param {Value} value @returns {value is null | undefined} */
function isMissing(value) {
  return value === null || value === undefined;
}

/** A column that stands alone: there, and not false. @param {Value} value */
function isTrue(value) {
  return !isMissing(value) && value !== false && value !== 0 && value !== '';
}

/**
 * Whether two values can be put in order.
 * @param {any} a @param {any} b
 */
function ordered(a, b) {
  return !isMissing(a) && !isMissing(b) && typeof a === typeof b;
}

/** @param {Value} a @param {Value} b */
function equal(a, b) {
  if (isMissing(a) || isMissing(b)) return false;
  if (typeof a === 'number' && typeof b === 'number') {
    return Object.is(a, b) || a === b || Math.abs(a - b) <= TOLERANCE * Math.min(Math.abs(a), Math.abs(b));
  }
  return typeof a === typeof b ? a === b : String(a) === String(b);
}

/**
 * The values of two operands; a text beside the column of moments is a date.
 * @param {Operand} a @param {Operand} b
 * @returns {(get: Get) => [Value, Value]}
 */
function timed(a, b) {
  const [from, to] = [momentOf(a, b), momentOf(b, a)];
  return (get) => [from(get), to(get)];
}

/** @param {Operand} operand @param {Operand} other @returns {(get: Get) => Value} */
function momentOf(operand, other) {
  if (other.column !== 'start' || operand.token.type !== 'text') return operand.of;
  const { token } = operand;
  const text = String(token.value).trim().replace(' ', 'T');
  const moment = Date.parse(/T/.test(text) ? text : `${text}T00:00`) / 1000;
  if (Number.isNaN(moment)) throw new ExpressionError(token.at, token.length, say('mistake.date'));
  return () => moment;
}

/** @param {Token} token */
function patternOf(token) {
  try {
    return new RegExp(String(token.value), 'i');
  } catch (error) {
    throw new ExpressionError(token.at, token.length, say('mistake.pattern', { reason: reasonOf(error) }));
  }
}

/** What is wrong with a regular expression, without the expression. @param {unknown} error */
export function reasonOf(error) {
  const { message } = /** @type {Error} */ (error);
  return message.slice(message.lastIndexOf(': ') + 2).toLowerCase();
}
