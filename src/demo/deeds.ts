import { isRecord } from "./recorder.ts";
import { issueOf, type Stage } from "./stage.ts";
import { REPOSITORY } from "./world.ts";

/** What a person does on GitHub, without waiting for what follows. */
export type Deed =
  | { readonly kind: "label" | "unlabel"; readonly label: string }
  | { readonly kind: "comment"; readonly text: string }
  /** A box of the issue's list, by words of its line. */
  | { readonly kind: "tick"; readonly line: string }
  /** A box of the status comment: `category.dns`, `prompt.shared`. */
  | { readonly kind: "click"; readonly box: string }
  /** The character of a box, by its place in the text it stands in. */
  | { readonly kind: "toggle"; readonly offset: number; readonly commentId: number | undefined }
  | { readonly kind: "close"; readonly reason: "completed" | "not_planned" }
  | { readonly kind: "reopen" };

/** Does it as that person would in a browser. Throws what GitHub would answer when they may not. */
// oxlint-disable-next-line max-params -- who does what to which issue
export function perform(stage: Stage, who: string, number: number, deed: Deed): void {
  const person = stage.sandbox.as(who);
  const name = `${REPOSITORY}#${number}`;
  switch (deed.kind) {
    case "label":
      person.label(name, deed.label);
      return;
    case "unlabel":
      person.unlabel(name, deed.label);
      return;
    case "comment":
      person.comment(name, deed.text);
      return;
    case "tick": {
      const { body } = issueOf(stage, REPOSITORY, number);
      person.editIssue(name, { body: toggled(body ?? "", boxOfLine(body ?? "", deed.line)) });
      return;
    }
    case "click": {
      const comment = statusComment(stage, number);
      const at = comment.body.search(new RegExp(`\\[[ xX]\\] <!-- pm:${RegExp.escape(deed.box)} -->`, "u"));
      if (at === -1) throw new Error(`The status comment of #${number} has no box ${deed.box}.`);
      person.editComment(comment.id, toggled(comment.body, at + 1));
      return;
    }
    case "toggle": {
      const { body, comments } = issueOf(stage, REPOSITORY, number);
      if (deed.commentId === undefined) {
        person.editIssue(name, { body: toggled(body ?? "", deed.offset) });
        return;
      }
      const comment = comments.find(({ id }) => id === deed.commentId);
      person.editComment(deed.commentId, toggled(comment?.body ?? "", deed.offset));
      return;
    }
    case "close":
      person.close(name, deed.reason);
      return;
    case "reopen":
      person.reopen(name);
      return;
    default:
      throw new Error(`There is no deed ${JSON.stringify(deed satisfies never)}.`);
  }
}

/** The app's one status comment of an issue. */
export function statusComment(stage: Pick<Stage, "sandbox">, number: number): { id: number; body: string } {
  const { comments } = issueOf(stage, REPOSITORY, number);
  const found = comments.find(({ body }) => body.includes("<!-- postmortem:slot=status "));
  if (found === undefined) throw new Error(`#${number} has no status comment.`);
  return found;
}

/** Opens an issue and gives its number. */
export function openIssue(
  stage: Pick<Stage, "sandbox">,
  who: string,
  issue: { title: string; body: string; labels?: string[] },
): number {
  const opened: unknown = stage.sandbox.as(who).createIssue(REPOSITORY, issue);
  if (!isRecord(opened) || typeof opened["number"] !== "number") throw new Error("GitHub did not number the issue.");
  return opened["number"];
}

function boxOfLine(body: string, words: string): number {
  const line = body.split("\n").find((one) => /^\s*[-*+] \[[ xX]\]/u.test(one) && one.includes(words));
  if (line === undefined) throw new Error(`No box stands before "${words}".`);
  return body.indexOf(line) + line.indexOf("[") + 1;
}

function toggled(text: string, offset: number): string {
  const mark = text.charAt(offset);
  if (text.charAt(offset - 1) !== "[" || text.charAt(offset + 1) !== "]" || !/[ xX]/u.test(mark))
    throw new Error("The text was changed meanwhile, and the box is no longer where it was: look again.");
  return `${text.slice(0, offset)}${mark === " " ? "x" : " "}${text.slice(offset + 1)}`;
}
