import type { Range } from "../../../domain/markdown.ts";
import { take, type MaskedText } from "./masked-text.ts";

export interface Standing {
  readonly status: "open" | "done" | "dropped" | "na";
  readonly reason?: string;
  /** The mark that says so. */
  readonly range?: Range;
}

/** Takes the marks of a status out of an entry's words. Gives nothing when there are none. */
export function takeStanding(masked: MaskedText): Standing | undefined {
  const struck = STRUCK.exec(masked.text);
  if (struck !== null) return takeStruck(masked, struck);
  for (const pattern of DONE) {
    const done = take(masked, pattern);
    if (done !== undefined) return { status: "done", range: done.range };
  }
  const dropped = take(masked, DROPPED);
  if (dropped !== undefined) return { status: "dropped", range: dropped.range };
  return undefined;
}

/** What a cell of a status column says. */
export function standingOfCell(cell: string): Standing["status"] {
  const words = cell.replaceAll(/[*_`]/gu, "").trim().toLowerCase();
  if (/^(?:n\/a|na|not applicable)$/u.test(words)) return "na";
  if (
    /\b(?:dropped|rejected|cancell?ed|won['’]?t (?:do|fix)|wontfix|abandoned|declined|failed|not planned|obsolete)\b|❌|🚫/u.test(
      words,
    )
  )
    return "dropped";
  if (/\b(?:not|never|partly|partially|half|to be|in progress|wip|pending|when)\b/u.test(words)) return "open";
  return /\b(?:done|completed?|closed|resolved|fixed|finished|merged|deployed|shipped|delivered|implemented)\b|✅|☑|✔|:white_check_mark:|^\[?x\]?$|^yes$/u.test(
    words,
  )
    ? "done"
    : "open";
}

/** True for a sentence that tells of something already done, other than filing a ticket for it. */
export function isRetrospective(text: string): boolean {
  if (
    /^(?:we(?:['’]ve| have)?\s+)?(?:already\s+)?(?:created|raised|opened|filed|logged|added)\s+(?:an?|the|some|new|this)?\s*(?:[\w-]+\s){0,2}(?:tickets?|issues?|cards?|stor(?:y|ies)|bugs?|tasks?)\b/iu.test(
      text,
    )
  )
    return false;
  return PAST.test(text);
}

const PAST =
  /^(?:we(?:['’]ve| have)\s+(?:(?:now|already|also|since)\s+)*\p{L}+(?:ed|en|lt|ut|t|de|ne|un)\b|(?:we\s+)?(?:already\s+)?(?:added|adjusted|applied|bumped|changed|cleaned|configured|decreased|deleted|deployed|disabled|documented|enabled|extended|fixed|implemented|improved|increased|installed|introduced|lowered|merged|migrated|moved|optimi[sz]ed|patched|raised|reconfigured|reduced|released|removed|renamed|replaced|restored|reverted|rolled (?:back|out)|rotated|scaled|shipped|switched|tweaked|updated|upgraded)\b)/iu;

const STRUCK =
  /^(\s*)~~([\s\S]+)~~(?!~)(\s*(?:[-–—:,]+\s*)?)(?:(dropped|rejected|won['’]?t (?:do|fix)|wontfix|cancell?ed|not planned|n\/a|not applicable|done|completed?|fixed)\b\.?)?\s*[:,–—-]?\s*([\s\S]*)$/iu;

const DONE: readonly RegExp[] = [
  /^\s*(?:✅|☑️?|✔️?|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check):)\s*/u,
  /\s*(?:✅|☑️?|✔️?|:(?:white_check_mark|heavy_check_mark|ballot_box_with_check):)[\s.]*$/u,
  /(?:^|\s)[([]{1}\s*(?:all |already |now )?(?:done|completed?|fixed|resolved|finished|implemented)[!.]?\s*[)\]]/iu,
  /\s*\*\*\s*(?:done|completed?|fixed|resolved)[!.]?\s*\*\*\s*/iu,
  /^\s*(?:DONE|FIXED|COMPLETED?)\b\s*[:–—-]?\s*/u,
  /^\s*(?:done|fixed|completed?)\s*[:–—-]+\s/iu,
  /\s+[-–—:]+\s*(?:(?:is|was|has been|already|now) )*(?:done|completed?|fixed|resolved)\b(?:[\s.!]*$|[\s,:(]+(?:in|by|on|with|via|as|see|https?:|#|\[)[\s\S]*$)/iu,
  /(?<=\([\p{L} ,]+)\s+done(?=\s*\))/iu,
  /\s+DONE\b[!.]?(?:\s*$|\s+(?:in|by|via|with|on)\b[\s\S]*$)/u,
];

const DROPPED =
  /\s*[([*–—-]+\s*(?:won['’]?t (?:do|fix)|wontfix|dropped|cancell?ed|rejected|abandoned)\s*[)\]*]*[\s.]*$/iu;

function takeStruck(masked: MaskedText, struck: RegExpExecArray): Standing {
  const [all, lead = "", words = "", , word = "", rest = ""] = struck;
  const from = lead.length + 2 + words.length;
  masked.text = `${lead}  ${words}${" ".repeat(all.length - from)}`;
  // The mark of an earlier status within what was struck out is no word of the action.
  const before = masked.text;
  if (DONE.some((pattern) => take(masked, pattern) !== undefined) && !/\p{L}|#\d/u.test(masked.text))
    masked.text = before;
  const range = { start: masked.start + from, end: masked.start + all.trimEnd().length };
  const reason = rest.replaceAll(/\s+/gu, " ").trim();
  return { status: statusOfWord(word), range, ...(reason === "" ? {} : { reason }) };
}

function statusOfWord(word: string): Standing["status"] {
  if (/^(?:n\/a|not applicable)$/iu.test(word)) return "na";
  return /^(?:done|complete|fixed)/iu.test(word) ? "done" : "dropped";
}
