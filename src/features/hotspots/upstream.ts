/** An issue or pull request of another project that a write-up names. */
export interface UpstreamIssue {
  readonly owner: string;
  readonly repository: string;
  readonly number: number;
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
}

/** A version said to carry the fix, with the name in front of it when one stands there. */
export interface FixedIn {
  readonly version: string;
  readonly start: number;
  readonly end: number;
}

export interface Upstream {
  readonly issues: UpstreamIssue[];
  readonly fixedIn: FixedIn[];
  /** Every version in the text, in order, without repeats. */
  readonly versions: string[];
}

const LONGEST = 65_536;
const NAME = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})";
const REPOSITORY = "[A-Za-z0-9._-]{1,100}";
const LINK = new RegExp(
  `https?://(?:www\\.)?github\\.com/(${NAME})/(${REPOSITORY})/(?:issues|pull)/(\\d{1,9})\\b`,
  "g",
);
const SHORT = new RegExp(`(?<![\\w/.-])(${NAME})/(${REPOSITORY})#(\\d{1,9})(?![\\w-])`, "g");
/** "Kubernetes upstream issue: #57992": a bare number means the project named before it. */
const NAMED = /\b(kubernetes|k8s)\b[^\n#]{0,40}#(\d{3,9})\b/gi;
const VERSION = String.raw`v?\d{1,4}\.\d{1,4}(?:\.\d{1,5}){0,2}(?:-[a-z0-9.]{1,20})?`;
const VERSIONS = new RegExp(
  String.raw`(?<![\w.:/-])${VERSION}(?![\w.:/-]*\d)(?!\s?(?:%|[KMGT]i?B|ms|s\b|h\b|hrs?\b|hours?\b|min))`,
  "gi",
);
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const FIX_CUES =
  /\b(?:fix(?:ed)?|resolved|patched|solved|corrected|released|shipped|available)\s+(?:(?:up)?stream\s+)?(?:in|with|by|since|as of)\s+(?:(?:release|version|versions|upgrading to)\s+)?/gi;
const LIST_GAP = /^(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+|\s*\/\s*|\s+or\s+)/i;

/** HTML comments are prompts for the writer, with examples in them: blanked, so that offsets stay. */
function withoutComments(text: string): string {
  let shown = "";
  let at = 0;
  for (let start = text.indexOf("<!--"); start !== -1; start = text.indexOf("<!--", at)) {
    const end = text.indexOf("-->", start);
    if (end === -1) break;
    shown += text.slice(at, start) + " ".repeat(end + 3 - start);
    at = end + 3;
  }
  return shown + text.slice(at);
}

/** Finds upstream issues (`owner/repo#1`, GitHub links) and versions, above all those said to hold the fix. */
export function findUpstream(text: string): Upstream {
  const bounded = withoutComments(text.slice(0, LONGEST));
  const found = [...bounded.matchAll(VERSIONS)].filter((match) => !ADDRESS.test(match[0]));
  const versions = found.map((match) => ({
    version: match[0].replace(/^v/i, ""),
    start: match.index,
    end: match.index + match[0].length,
  }));
  return {
    issues: findIssues(bounded),
    fixedIn: findFixed(bounded, versions),
    versions: [...new Set(versions.map((one) => one.version))],
  };
}

function findIssues(text: string): UpstreamIssue[] {
  const found = new Map<string, UpstreamIssue>();
  for (const pattern of [LINK, SHORT]) {
    for (const match of text.matchAll(pattern)) {
      const [whole, owner = "", repository = "", number = ""] = match;
      remember(found, {
        owner,
        repository,
        number: Number(number),
        start: match.index,
        end: match.index + whole.length,
      });
    }
  }
  for (const match of text.matchAll(NAMED)) {
    const number = Number(match[2]);
    if ([...found.values()].some((issue) => issue.number === number)) continue;
    const end = match.index + match[0].length;
    remember(found, { owner: "kubernetes", repository: "kubernetes", number, start: match.index, end });
  }
  return [...found.values()].sort((a, b) => a.start - b.start);
}

function remember(found: Map<string, UpstreamIssue>, issue: UpstreamIssue): void {
  const key = `${issue.owner}/${issue.repository}#${issue.number}`.toLowerCase();
  const known = found.get(key);
  if (known === undefined || issue.start < known.start) found.set(key, issue);
}

/** After "fixed in", versions follow one another: "1.11.4 and 1.12.0". */
function findFixed(text: string, versions: readonly FixedIn[]): FixedIn[] {
  const byStart = new Map(versions.map((found) => [found.start, found]));
  const out = new Map<string, FixedIn>();
  for (const cue of text.matchAll(FIX_CUES)) {
    let next = versionNear(text, cue.index + cue[0].length, byStart);
    while (next !== undefined) {
      if (!out.has(next.version)) out.set(next.version, next);
      const gap = LIST_GAP.exec(text.slice(next.end, next.end + 12))?.[0].length;
      next = gap === undefined ? undefined : byStart.get(next.end + gap);
    }
  }
  return [...out.values()].sort((a, b) => a.start - b.start);
}

/** The version at the cue, or behind the one or two words that name what has it: "fixed in Kubernetes 1.11.4". */
function versionNear(text: string, from: number, byStart: ReadonlyMap<number, FixedIn>): FixedIn | undefined {
  const words = /^(?:[A-Za-z][\w-]{0,30}\s+){0,3}/.exec(text.slice(from, from + 110))?.[0] ?? "";
  for (let at = from; at <= from + words.length; at += 1) {
    const found = byStart.get(at);
    if (found !== undefined) return found;
  }
  return undefined;
}
