import { type Call, isRecord } from "./recorder.ts";
import { functionOf } from "./world.ts";

/** A call in plain words, without its subject: `adds the labels severity/3 and stage/draft to #24`. */
export function inWords(call: Call): string {
  const words = wordsOf(call);
  if (call.status < 400) return words;
  if (call.status === 404 && call.method === "GET") return `${words}: there is none`;
  return `${words}: GitHub answers ${call.status}`;
}

/** Is it a question? Questions change nothing on GitHub. */
export function isQuestion({ method }: Call): boolean {
  return method === "GET";
}

type Tell = (call: Call, ...parts: string[]) => string;

const REACTIONS: Readonly<Record<string, string>> = {
  eyes: "👀 (seen)",
  "+1": "👍 (done)",
  confused: "😕 (see the answer)",
  "-1": "👎",
  rocket: "🚀",
};

const ISSUE = "/repos/[^/]+/[^/]+/issues/(\\d+)";

const PATTERNS: readonly (readonly [method: string, path: RegExp, tell: Tell])[] = [
  ["GET", /^\/app$/u, () => "asks GitHub who it is"],
  ["POST", /\/access_tokens$/u, () => "signs in to the installation"],
  [
    "GET",
    /^\/repos\/([^/]+\/[^/]+)\/contents\/(.+?)(?:\?.*)?$/u,
    (call, repository, path) => contents(call, repository, path),
  ],
  ["GET", /^\/orgs\/([^/]+)\/teams\/([^/?]+)\/members/u, (_, org, team) => `asks who is in @${org}/${team}`],
  ["GET", /\/collaborators\/([^/]+)\/permission$/u, (_, login) => `asks what @${login} may do here`],
  ["GET", /^\/repos\/([^/]+\/[^/]+)\/labels/u, () => "asks which labels the repository has"],
  ["POST", /^\/repos\/[^/]+\/[^/]+\/labels$/u, (call) => `makes the label ${field(call.sent, "name")}`],
  [
    "POST",
    new RegExp(`^${ISSUE}/labels$`, "u"),
    (call, n) => `adds the ${plural("label", list(call.sent, "labels"))} to #${n}`,
  ],
  [
    "DELETE",
    new RegExp(`^${ISSUE}/labels/(.+)$`, "u"),
    (_, n, label) => `takes the label ${decodeURIComponent(label)} off #${n}`,
  ],
  [
    "POST",
    new RegExp(`^${ISSUE}/assignees$`, "u"),
    (call, n) => `assigns ${people(list(call.sent, "assignees"))} to #${n}`,
  ],
  [
    "DELETE",
    new RegExp(`^${ISSUE}/assignees$`, "u"),
    (call, n) => `unassigns ${people(list(call.sent, "assignees"))} from #${n}`,
  ],
  [
    "POST",
    new RegExp(`^${ISSUE}/comments$`, "u"),
    (call, n) => `writes ${commentKind(call.sent, "a comment")} in #${n}`,
  ],
  ["GET", new RegExp(`^${ISSUE}/comments`, "u"), (_, n) => `reads the comments of #${n}`],
  [
    "PATCH",
    /\/issues\/comments\/(\d+)$/u,
    (call) => `edits ${commentKind(call.sent, "its comment").replace(/^its |^the |^an? /u, "its ")}`,
  ],
  ["DELETE", /\/issues\/comments\/(\d+)$/u, () => "deletes a comment of its own"],
  [
    "POST",
    /\/comments\/\d+\/reactions$/u,
    (call) => `reacts to the command with ${REACTIONS[field(call.sent, "content")] ?? field(call.sent, "content")}`,
  ],
  ["DELETE", /\/reactions\/\d+$/u, () => "takes its reaction back"],
  ["PATCH", new RegExp(`^${ISSUE}$`, "u"), (call, n) => issueEdit(call, n)],
  ["GET", new RegExp(`^${ISSUE}/sub_issues`, "u"), (_, n) => `reads the sub-issues of #${n}`],
  ["POST", new RegExp(`^${ISSUE}/sub_issues$`, "u"), (_, n) => `hangs a sub-issue below #${n}`],
  ["GET", new RegExp(`^${ISSUE}$`, "u"), (_, n) => `reads #${n}`],
  [
    "POST",
    /^\/repos\/[^/]+\/[^/]+\/issues$/u,
    (call) => `opens the issue “${field(call.sent, "title")}” (#${field(call.got, "number")})`,
  ],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/issues\?.*labels=postmortem-digest/u, () => "looks for the digest before"],
  ["GET", /^\/repos\/([^/]+\/[^/]+)\/issues(?:\?.*)?$/u, (_, name) => `lists issues of ${name}`],
  ["GET", /^\/repos\/([^/]+\/[^/?]+)$/u, (_, name) => `looks at the repository ${name}`],
  [
    "GET",
    /^\/search\/issues\?.*?q=([^&]*)/u,
    (_, query) => `searches for ${decodeURIComponent(query.replaceAll("+", " "))}`,
  ],
  [
    "POST",
    /^\/graphql$/u,
    (call) => (field(call.sent, "query").includes("pinIssue") ? "pins an issue" : "asks GraphQL"),
  ],
];

function wordsOf(call: Call): string {
  for (const [method, path, tell] of PATTERNS) {
    const found = method === call.method ? path.exec(call.path) : null;
    if (found !== null) return tell(call, ...found.slice(1));
  }
  return `${call.method} ${call.path}`;
}

// oxlint-disable-next-line max-params -- a file has a place
function contents(call: Call, repository: string | undefined, path: string | undefined): string {
  const unchanged = call.status === 304 ? " (unchanged)" : "";
  return `reads ${decodeURIComponent(path ?? "")} of ${repository}${unchanged}`;
}

const KINDS: Readonly<Record<string, string>> = {
  status: "its status comment",
  held: "a comment that waits for a go-ahead",
  "close-guard": "a comment with the actions that are still open",
  help: "the list of commands",
  why: "how the team was chosen",
  reminder: "a reminder",
  escalated: "a word to the function's lead",
  refused: "a kind refusal",
  sorry: "what to do instead",
  known: "what was known already",
};

/** Which of its comments it is, by the marker that only the app can sign. */
function commentKind(sent: unknown, otherwise: string): string {
  const slot = /<!-- postmortem:slot=(?<slot>[a-z0-9-]+)/u.exec(field(sent, "body"))?.groups?.["slot"];
  return (slot === undefined ? undefined : KINDS[slot]) ?? (slot === undefined ? otherwise : `its answer (${slot})`);
}

function issueEdit(call: Call, n: string | undefined): string {
  const did: string[] = [];
  const state = field(call.sent, "state");
  if (state === "closed") did.push(`closes #${n}`);
  if (state === "open") did.push(`opens #${n} again`);
  if (call.bodyBefore !== undefined) did.push(`${bodyEdit(call.bodyBefore, field(call.sent, "body"))} in #${n}`);
  if (field(call.sent, "title") !== "") did.push(`changes the title of #${n}`);
  return did.length === 0 ? `edits #${n}` : did.join(", ");
}

function bodyEdit(before: string, after: string): string {
  const { added, removed } = lineDiff(before, after);
  const headings = added.flatMap((line) => /^#{1,6} (?<text>.+)/u.exec(line)?.groups?.["text"] ?? []);
  if (headings.length > 0) return `keeps the author's text and adds ${counted("section", headings)}`;
  const [first] = added;
  if (first === undefined) return removed.length === 0 ? "writes the body" : "takes a line out of the body";
  const [old] = removed;
  if (added.length === 1 && old !== undefined && unticked(first) === unticked(old) && first !== old)
    return `${/^\s*[-*+] \[x\]/iu.test(first) ? "ticks" : "unticks"} “${clip(unticked(first))}”`;
  return `writes “${clip(first.trim())}”`;
}

/** Lines that are only in one of two texts. */
export function lineDiff(before: string, after: string): { added: string[]; removed: string[] } {
  const was = before.split("\n");
  const is = after.split("\n");
  const notIn = (lines: readonly string[], others: readonly string[]): string[] => {
    const rest = [...others];
    return lines.filter((line) => {
      const at = rest.indexOf(line);
      if (at !== -1) rest.splice(at, 1);
      return at === -1 && line.trim() !== "";
    });
  };
  return { added: notIn(is, was), removed: notIn(was, is) };
}

function unticked(line: string): string {
  return line.replace(/^\s*[-*+] \[[ xX]\]\s*/u, "").trim();
}

function clip(text: string): string {
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}

function people(logins: readonly string[]): string {
  return logins
    .map((login) => {
      const seat = functionOf(login);
      return seat === undefined ? `@${login}` : `@${login} (${seat})`;
    })
    .join(", ");
}

function plural(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
}

function counted(noun: string, names: readonly string[]): string {
  return names.length > 4 ? `${names.length} ${noun}s` : `the ${plural(noun, names)}`;
}

function field(value: unknown, name: string): string {
  const held = isRecord(value) ? value[name] : undefined;
  return typeof held === "string" || typeof held === "number" ? String(held) : "";
}

function list(value: unknown, name: string): string[] {
  const held = isRecord(value) ? value[name] : value;
  return Array.isArray(held) ? held.filter((entry) => typeof entry === "string") : [];
}
