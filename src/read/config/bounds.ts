import { Lexer } from "yaml";

/** The most a file may hold, in UTF-16 units. */
export const MOST_CHARACTERS = 65_536;

/** A configuration needs five levels; the parser calls itself once a level. */
export const MOST_DEPTH = 16;

/** Words and signs: room for 4,000 lines of terms. A file of signs only is made to keep us busy. */
const MOST_PIECES = 25_000;

/** Why a text is not worth parsing, found without recursion and before anything is built from it. */
export function boundExceeded(text: string): { readonly offset: number; readonly message: string } | undefined {
  if (text.length > MOST_CHARACTERS) {
    const message = `the file has ${text.length} characters; ${MOST_CHARACTERS} is the most that is read`;
    return { offset: 0, message };
  }
  const count = { offset: 0, pieces: 0, open: 0, onLine: 0 };
  for (const piece of new Lexer().lex(text)) {
    count.pieces += 1;
    countPiece(piece, count);
    if (count.open > MOST_DEPTH || count.onLine > MOST_DEPTH)
      return { offset: count.offset, message: `this is nested too deeply; ${MOST_DEPTH} levels are the most` };
    if (count.pieces > MOST_PIECES)
      return { offset: count.offset, message: `the file has more than ${MOST_PIECES} words and signs; shorten it` };
    count.offset += isControl(piece) ? 0 : piece.length;
  }
  return undefined;
}

function countPiece(piece: string, count: { open: number; onLine: number }): void {
  if (piece === "[" || piece === "{") count.open += 1;
  else if (piece === "]" || piece === "}") count.open -= 1;
  else if (piece === "-" || piece === "?") count.onLine += 1;
  else if (piece.endsWith("\n")) count.onLine = 0;
}

/** The lexer marks the start of a document and of a plain word with pieces that are not in the text. */
function isControl(piece: string): boolean {
  return piece === "\u0002" || piece === "\u001F" || piece === "\u0018";
}
