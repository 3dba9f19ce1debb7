// What a person reads comes from the table of texts, and every language has all of it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import ts from 'typescript';
import { TEXTS as EN } from '../../web/texts/en.js';

const WEB = new URL('../../web/', import.meta.url);
// Properties and attributes that are shown or read out.
const SHOWN = new Set(['title', 'placeholder', 'alt', 'textContent', 'innerText', 'aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext']);
// Calls whose literals nobody sees, and properties.
const UNSEEN_CALLS = new Set(['say', 'parts', 'querySelector', 'querySelectorAll', 'closest', 'matches', 'matchMedia', 'getElementById', 'getContext', 'toLocaleString', 'import', 'URL', 'includes', 'startsWith', 'Cancelled']);
const UNSEEN_PROPERTIES = new Set(['class', 'className', 'style', 'font', 'd', 'viewBox', 'transform', 'type', 'role', 'for', 'id', 'name', 'cursor', 'method']);
const PROSE = /^\p{Lu}\p{Ll}+(\s|$|[…:.,])|\p{L}{2,}[,;:.]? \p{L}{2,}/u;
// Expressions, markup, styles.
const CODE = / [<>=~]+ |<[!/\w]|gradient\(|; }\n/;
const LETTERS = /\p{L}{2,}/u;
// What is called the same in every language: us, keys of the keyboard, numbers as the server writes them.
const NAMES = new Set(['NeuronBoard', 'English', 'Enter', 'Esc', 'Escape', 'Space', 'Ctrl ', 'Infinity', '-Infinity']);

// What these write is read by programs: markup, and Python.
const WRITERS = new Set(['charts/svg.js', 'charts/svg_context.js', 'dashboards/scalars/python.js']);

const modules = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => /^(?!texts\/|vendor\/).*\.js$/.test(name) && !WRITERS.has(name));

/** @param {ts.Node} node the name of what is called, or of the property that is set */
function nameOf(node) {
  if (ts.isIdentifier(node) || ts.isStringLiteral(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return node.kind === ts.SyntaxKind.ImportKeyword ? 'import' : '';
}

/**
 * Whether a literal is shown, by the expressions around it: true where it surely is, false where it surely
 * is not, null where its own look has to tell.
 * @param {ts.Node} literal
 */
function isShown(literal) {
  for (let node = literal, up = node.parent; up; node = up, up = up.parent) {
    if (ts.isImportDeclaration(up) || ts.isExportDeclaration(up)) return false;
    if (ts.isPropertyAssignment(up)) {
      if (up.name === node || UNSEEN_PROPERTIES.has(nameOf(up.name))) return false;
      if (SHOWN.has(nameOf(up.name))) return true;
      if (nameOf(up.name).includes('-')) return false;
    } else if (ts.isElementAccessExpression(up) && up.argumentExpression === node) return false;
    else if (ts.isCaseClause(up) && up.expression === node) return false;
    else if (ts.isBinaryExpression(up)) {
      const { kind } = up.operatorToken;
      if ([ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.InKeyword].includes(kind)) return false;
      if (kind === ts.SyntaxKind.EqualsToken && up.right === node && UNSEEN_PROPERTIES.has(nameOf(up.left))) return false;
      if (kind === ts.SyntaxKind.EqualsToken && up.right === node && SHOWN.has(nameOf(up.left))) return true;
    } else if (ts.isCallExpression(up) || ts.isNewExpression(up)) {
      if (up.expression === node) return null; // what a method makes of it
      const called = nameOf(up.expression);
      const at = up.arguments?.indexOf(/** @type {ts.Expression} */ (node)) ?? -1;
      if (UNSEEN_CALLS.has(called)) return false;
      if (called === 'setAttribute' && at === 1) return SHOWN.has(nameOf(up.arguments[0]));
      if (['h', 's'].includes(called) && at === 0) return false;
      if (['h', 'fill'].includes(called) && at > (called === 'h' ? 1 : 0)) return true;
      if (!['h', 's'].includes(called)) return null;
    } else if (ts.isFunctionLike(up)) return null;
  }
  return null;
}

/** Whether a literal is a part of the code that the page tells people to write. @param {ts.Node} node */
function isExample(node) {
  for (let up = node.parent; up; up = up.parent) if (ts.isVariableDeclaration(up) && nameOf(up.name) === 'EXAMPLE') return true;
  return false;
}

/** The literals of a module that a person would read. @param {string} name @param {string} text */
function untranslated(name, text) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found = /** @type {string[]} */ ([]);
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) {
      const shown = NAMES.has(node.text) || isExample(node) ? false : isShown(node);
      if (shown === true ? LETTERS.test(node.text) : shown === null && PROSE.test(node.text) && !CODE.test(node.text)) {
        found.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.text.slice(0, 80)}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('the search for texts finds those that a person reads, and leaves the rest', () => {
  const seen = ["h('p', null, `Only ${n}`)", "h('p', null, n > 1 ? 'runs' : 'run')", "h('a', { title: 'Copy' })", "box.textContent = 'none'",
    "box.setAttribute('aria-label', 'zoom')", "const TABLE = { a: 'Fold all' }", "tell('Not found')"];
  const unseen = ["import { a } from './Some words.js'", "h('p', { class: 'Big box' }, text)", "h('p', null, say('a.b'))", "if (key === 'Enter') go()",
    "box.querySelector('Canvas div')", "box.setAttribute('role', 'Some words')", "const kind = 'scalar'", 'h("p", null, "· ×")'];
  assert.deepEqual(seen.filter((line) => untranslated('a.js', line).length !== 1 && !line.includes('?')), []);
  assert.equal(untranslated('a.js', seen[1]).length, 2);
  assert.deepEqual(unseen.filter((line) => untranslated('a.js', line).length > 0), []);
});

test('texts come from the table', () => {
  assert.ok(modules.length > 5);
  assert.deepEqual(modules.flatMap((name) => untranslated(name, readFileSync(new URL(name, WEB), 'utf8'))), []);
});

test('the template shows no words but those for who has no JavaScript, in all languages', () => {
  const html = readFileSync(new URL('index.html.jinja', WEB), 'utf8');
  const [, none] = /** @type {RegExpExecArray} */ (/<noscript>(.*?)<\/noscript>/s.exec(html));
  assert.deepEqual([...none.matchAll(/lang="(\w+)"/g)].map(([, language]) => language).sort(), languages);
  const rest = html.replace(/<noscript>.*?<\/noscript>|<[^>]*>|\{[{%].*?[%}]\}/gs, '');
  assert.doesNotMatch(rest, LETTERS);
});

test('stylesheets write no words', () => {
  const sheets = readdirSync(new URL('css/', WEB)).map((name) => readFileSync(new URL(`css/${name}`, WEB), 'utf8')).join('\n');
  assert.deepEqual([...sheets.matchAll(/content: (["'])(.*?)\1/g)].map(([, , text]) => text).filter((text) => LETTERS.test(text)), []);
});

const languages = readdirSync(new URL('texts/', WEB)).map((name) => name.slice(0, -3)).sort();
/** The forms of a text. @param {string | Record<string, string>} text */
const formsOf = (text) => (typeof text === 'string' ? [text] : Object.values(text));
/** The names in braces. @param {string | Record<string, string>} text */
const placesOf = (text) => [...new Set(formsOf(text).flatMap((form) => [...form.matchAll(/\{(\w*)\}/g)].map(([, name]) => name)))].sort();

for (const language of languages) {
  const { TEXTS, LANGUAGE } = await import(`../../web/texts/${language}.js`);
  test(`${language} has every text, in the table's order, with the same places`, () => {
    assert.equal(LANGUAGE, language);
    assert.deepEqual(Object.keys(TEXTS), Object.keys(EN));
    const wrong = Object.entries(EN).filter(([key, text]) => placesOf(TEXTS[key]).join() !== placesOf(text).join());
    assert.deepEqual(wrong.map(([key]) => key), []);
    assert.deepEqual(Object.entries(TEXTS).filter(([, text]) => formsOf(text).some((form) => !form.trim())), []);
  });
  test(`${language} counts as the language does`, () => {
    const counting = Object.values(TEXTS).filter((text) => typeof text !== 'string');
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((one) => one !== 'other');
    assert.ok(counting.every((text) => Object.keys(text).every((form) => form === 'other' || categories.includes(form)) && 'other' in text));
  });
}

test('every text is used', () => {
  const all = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js') && !name.startsWith('texts/'));
  const code = all.map((name) => readFileSync(new URL(name, WEB), 'utf8')).join('\n');
  const made = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, start]) => start);
  const unused = Object.keys(EN).filter((key) => !code.includes(`'${key}'`) && !made.some((start) => key.startsWith(start)));
  assert.deepEqual(unused, []);
});
