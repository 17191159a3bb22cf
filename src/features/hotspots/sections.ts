import type { Section, Taxonomy } from "./taxonomy.ts";

/** A stretch of the body that belongs to one part of a postmortem; offsets into the body. */
export interface Stretch {
  readonly section: Section;
  readonly start: number;
  readonly end: number;
}

interface State {
  readonly headings: Taxonomy["headings"];
  section: Section;
  level: number;
  fenced: boolean;
  commented: boolean;
}

/** Cuts a body into the parts that people write: by headings, bold or plain labels, code fences and time stamps. */
export function splitSections(body: string, taxonomy: Taxonomy): Stretch[] {
  const state: State = { headings: taxonomy.headings, section: "summary", level: 7, fenced: false, commented: false };
  const out: Stretch[] = [];
  let start = 0;
  while (start < body.length) {
    const newline = body.indexOf("\n", start);
    const end = newline === -1 ? body.length : newline;
    append(out, { section: sectionOfLine(body.slice(start, end), state), start, end });
    start = end + 1;
  }
  return out;
}

function append(out: Stretch[], stretch: Stretch): void {
  const last = out.at(-1);
  if (last?.section === stretch.section) out[out.length - 1] = { ...last, end: stretch.end };
  else out.push(stretch);
}

function sectionOfLine(line: string, state: State): Section {
  const text = line.trimStart();
  if (text.startsWith("```") || text.startsWith("~~~")) {
    state.fenced = !state.fenced;
    return "code";
  }
  if (state.fenced) return "code";
  if (isComment(text, state)) return "comment";
  readHeading(text, state);
  return /^[-*+\s|[(]*(?:\d{4}-\d\d-\d\d[T ]*)?\d{1,2}[:.]\d\d\b/.test(text.slice(0, 60)) ? "timeline" : state.section;
}

function isComment(text: string, state: State): boolean {
  const opens = text.startsWith("<!--");
  if (!opens && !state.commented) return false;
  state.commented = !text.includes("-->");
  return true;
}

/** A heading or a label we know opens its part; an unknown heading closes a part unless it stands below its heading. */
function readHeading(text: string, state: State): void {
  const hashes = /^#{1,6}(?=\s)/.exec(text.slice(0, 8))?.[0].length;
  const words = hashes === undefined ? label(text) : text.slice(hashes, 100);
  if (words === undefined) return;
  const level = hashes ?? 6.5;
  const known = knownSection(words.toLowerCase(), state.headings);
  if (known !== undefined) {
    state.section = known;
    state.level = level;
  } else if (hashes !== undefined && hashes <= state.level) {
    state.section = "body";
    state.level = hashes;
  }
}

/** `- **Impact**: …`, `**Impact:** …`, `Impact: …`, `[Final message] …`; at most seven words before the colon. */
function label(text: string): string | undefined {
  const found = /^[-*+\s]*(?:\*\*|__|\[)?([A-Za-z][^:*_\]\n]{2,60}?)(?:\*\*|__|\]|:)/.exec(text.slice(0, 80));
  const words = found?.[1];
  return words === undefined || words.split(" ").length > 7 ? undefined : words;
}

function knownSection(words: string, headings: Taxonomy["headings"]): Section | undefined {
  return headings.find((heading) => heading.words.some((word) => words.includes(word)))?.section;
}
