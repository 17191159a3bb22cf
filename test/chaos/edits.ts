import { setTimeout as sleep } from "node:timers/promises";

import { type Stage, startStage } from "../support/running-app.ts";
import { seeded } from "./random.ts";

/** `EDITS=2000 node test/chaos/edits.ts`: people edit while the app writes the same texts. Ends with 1 when words are lost. */
const EDITS = Number(process.env["EDITS"] ?? 200);
/** Each with budgets of its own: what is to be seen is editing, not waiting. */
const ISSUES = 10;
const NOTES_EACH = 12;

const stage: Stage = await startStage({
  build(sandbox) {
    sandbox.addUser("wendy");
    sandbox.addUser("ana");
    for (let n = 0; n < ISSUES; n += 1) {
      sandbox.addOrganization(`org${n}`);
      sandbox.addRepository(`org${n}/shop`);
      for (const login of ["wendy", "ana"]) sandbox.setRole(`org${n}/shop`, login, "write");
      sandbox.installApp(`org${n}`);
    }
  },
});
for (let n = 0; n < ISSUES; n += 1) {
  const author = stage.sandbox.as("wendy");
  author.createIssue(`org${n}/shop`, { title: "Disk was full", body: "## Impact\n\nfirst words\n" });
  author.label(`org${n}/shop#1`, "postmortem");
}
await stage.settled();

/** A person adds a line of their own at a random place of the text as it is at this moment, and saves. */
function edit(n: number, words: string, random: ReturnType<typeof seeded>): void {
  const lines = (stage.issue(1, `org${n}/shop`).body ?? "").split("\n");
  const empty = lines.flatMap((line, index) => (line === "" ? [index] : []));
  lines.splice(empty.length === 0 ? lines.length : random.pick(empty), 0, words);
  stage.sandbox.as("ana").editIssue(`org${n}/shop#1`, { body: lines.join("\n") });
}

/** Where somebody who looks for their words finds them: in the text, or given back in a comment. */
function isThere(n: number, words: string): boolean {
  const { body, comments } = stage.issue(1, `org${n}/shop`);
  return (body ?? "").split("\n").includes(words) || comments.some((comment) => (comment.body ?? "").includes(words));
}

const random = seeded(7);
let notes = 0;
for (let done = 0; done < EDITS; done += 1) {
  const n = done % ISSUES;
  // Commands make the app write the same text at the same time.
  if (done % Math.max(1, Math.floor(EDITS / (ISSUES * NOTES_EACH))) === 0 && notes < ISSUES * NOTES_EACH) {
    stage.sandbox.as("wendy").comment(`org${n}/shop#1`, `/pm note "note ${notes}."`);
    notes += 1;
  }
  await sleep(random.below(12));
  edit(n, `edit ${done}.`, random);
}
await stage.settled();
await stage.later(120_000);

const lost = Array.from({ length: EDITS }, (_, done) => done).filter(
  (done) => !isThere(done % ISSUES, `edit ${done}.`),
);
const given = Array.from({ length: ISSUES }, (_, n) => stage.issue(1, `org${n}/shop`).comments).flat();
const restored = given.filter(({ body }) => (body ?? "").includes("slot=restored")).length;
console.log(`${EDITS} edits, ${notes} notes of the app: ${lost.length} lost, ${restored} given back in a comment`);
process.exitCode = lost.length === 0 ? 0 : 1;
await stage.close();
