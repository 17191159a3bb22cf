/** The words of a text with their places. `sentence` counts up at full stops, list marks and empty lines. */
export interface Tokens {
  readonly words: readonly string[];
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly sentence: readonly number[];
}

const SPACE = 32;
const NEWLINE = 10;

/** Classes of words that matter as a kind, not by their letters. */
export const VERSION = "<version>";
export const ADDRESS = "<ip>";
export const LINK = "<url>";
export const ISSUE = "<issue>";
export const HOST = "<host>";
/** A measured amount such as `1.2G` or `99.9`. */
export const AMOUNT = "<amount>";

const TOP_DOMAINS = new Set(
  "com org net io dev ai co uk gov edu de fr eu us sh app cloud me info local internal svc".split(" "),
);

interface Cursor {
  readonly text: string;
  readonly to: number;
  readonly out: { words: string[]; start: number[]; end: number[]; sentence: number[] };
  sentence: number;
}

/** Splits `text[from, to)` into lower-case words. One pass, no regular expression over the whole: hostile text costs no more. */
export function tokenize(text: string, from = 0, to = text.length): Tokens {
  const cursor: Cursor = { text, to, out: { words: [], start: [], end: [], sentence: [] }, sentence: 0 };
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (isWordCode(code)) at = takeWord(cursor, at);
    else if (code === 35 /* # */ && isDigit(text.charCodeAt(at + 1))) at = takeIssue(cursor, at);
    else {
      if (endsSentence(text, at, code)) cursor.sentence += 1;
      at += 1;
    }
  }
  return cursor.out;
}

function takeWord(cursor: Cursor, from: number): number {
  const { text, to } = cursor;
  let at = from;
  while (at < to && (isWordCode(text.charCodeAt(at)) || isInnerApostrophe(text, at))) at += 1;
  if (text.startsWith("://", at)) return take(cursor, LINK, [from, endOfLink(text, at, to)]);
  if (isDigit(text.charCodeAt(from)) || isVersionLetter(text, from)) {
    const end = endOfNumber(text, at, to);
    if (end > at) return take(cursor, numberKind(text, from, end), [from, end]);
  } else if (text.charCodeAt(at) === 46) {
    const end = endOfHost(text, at, to);
    if (end > at) return take(cursor, HOST, [from, end]);
  }
  const word = text.slice(from, at).toLowerCase();
  return take(cursor, word.includes("'") || word.includes("’") ? word.replaceAll(/['’]/g, "") : word, [from, at]);
}

function takeIssue(cursor: Cursor, from: number): number {
  let at = from + 1;
  while (at < cursor.to && isDigit(cursor.text.charCodeAt(at))) at += 1;
  return take(cursor, at - from > 3 ? ISSUE : cursor.text.slice(from + 1, at), [from, at]);
}

function take(cursor: Cursor, word: string, [from, to]: readonly [number, number]): number {
  cursor.out.words.push(word);
  cursor.out.start.push(from);
  cursor.out.end.push(to);
  cursor.out.sentence.push(cursor.sentence);
  return to;
}

function endOfLink(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code <= SPACE || code === 41 || code === 62 || code === 93 || code === 34 || code === 96) break;
    at += 1;
  }
  return at;
}

/** `1.14.10-rc1`: goes on over dots that a digit follows. */
function endOfNumber(text: string, from: number, to: number): number {
  let at = from;
  while (at < to - 1 && text.charCodeAt(at) === 46 && isDigitOrX(text.charCodeAt(at + 1))) {
    at += 1;
    while (at < to && isWordCode(text.charCodeAt(at))) at += 1;
  }
  return at;
}

function numberKind(text: string, from: number, to: number): string {
  const number = text.slice(from, Math.min(to, from + 40));
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(number)) return ADDRESS;
  return /^(?:v\d+(?:\.[\dx]+)+|\d{1,4}(?:\.[\dx]+){2,}|\d{1,3}\.[\dx]{1,3})(?:[a-z]+\d*|[-+]\w+)?$/i.test(number) &&
    !/\.\d+[a-z]+$/i.test(number)
    ? VERSION
    : AMOUNT;
}

/** No name of a host is longer. Looked at to its end, a text of dots would be read as often as it has words. */
const LONGEST_HOST = 253;

/** `status.example.com`: names of places say nothing about what went wrong there. */
function endOfHost(text: string, from: number, until: number): number {
  const to = Math.min(until, from + LONGEST_HOST);
  let at = from;
  let last = "";
  while (at < to - 1 && text.charCodeAt(at) === 46 && isWordCode(text.charCodeAt(at + 1))) {
    const start = at + 1;
    at = start;
    while (at < to && (isWordCode(text.charCodeAt(at)) || text.charCodeAt(at) === 45)) at += 1;
    last = at - start < 12 ? text.slice(start, at).toLowerCase() : "";
  }
  return TOP_DOMAINS.has(last) ? at : from;
}

function endsSentence(text: string, at: number, code: number): boolean {
  if (code === NEWLINE) return startsBlock(text, at + 1);
  if (code !== 46 && code !== 33 && code !== 63 && code !== 59 && code !== 0x3002) return false;
  return !(text.charCodeAt(at + 1) > SPACE);
}

/** After a line break: an empty line, a list mark, a heading, a quote or a table row starts something new. */
function startsBlock(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === SPACE && at - from < 16) at += 1;
  const code = text.charCodeAt(at);
  return Number.isNaN(code) || "\n\r-*+#>|".includes(text.charAt(at)) || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isDigitOrX(code: number): boolean {
  return isDigit(code) || code === 120;
}

function isWordCode(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 192 && code < 0x2000);
}

function isVersionLetter(text: string, from: number): boolean {
  const code = text.charCodeAt(from);
  return (code === 118 || code === 86) && isDigit(text.charCodeAt(from + 1));
}

function isInnerApostrophe(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code === 39 || code === 0x2019) && isWordCode(text.charCodeAt(at + 1));
}
