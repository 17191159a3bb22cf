import { isPlaceholder } from "../../postmortem/sections.ts";
import { isInitials } from "./label.ts";
import { isRetrospective } from "./read-status.ts";

/**
 * True for a paragraph that states something to do. A paragraph alone in its section is given the benefit of the doubt;
 * among others it must sound like one.
 */
export function isStatedAction(source: string, alone: boolean): boolean {
  const words = source.replaceAll(/<!--[\s\S]*?-->/gu, "").trim();
  if (SETTLED.test(words)) return true;
  if (isPlaceholder(words) || words.endsWith(":") || isGuidance(words)) return false;
  return (
    alone ||
    namesOwner(words) ||
    INTENT.test(words) ||
    words.split(/[.?!]\s+/u).some((sentence) => IMPERATIVE.test(sentence)) ||
    isRetrospective(words)
  );
}

/** True for a paragraph that is an action of its own beside a task list: a command, or words with an owner. */
export function isOrder(source: string): boolean {
  const words = source.trim();
  if (SETTLED.test(words)) return true;
  return !words.endsWith(":") && !isGuidance(words) && (namesOwner(words) || IMPERATIVE.test(words));
}

/** True for words that open with a command: "Move the tests". */
export function isCommand(words: string): boolean {
  return IMPERATIVE.test(words);
}

/** Struck out with its reason, as the app writes it. */
const SETTLED = /^~~[\s\S]+~~ — (?:dropped|n\/a): /u;

/** `**JP** Have build badges …`: initials in bold in front of the words they are to act on. */
export function opensWithOwner(source: string): boolean {
  const names = /^\s*(?:~~)?\*\*([^*]{2,40}?)(?:\s+[-–—]\s[^*]*)?:?\*\*\s*\S/u.exec(source)?.[1];
  return names !== undefined && isInitials(names);
}

function namesOwner(source: string): boolean {
  const words = source.replaceAll(/\s*\((?:due|owner)\b[^()]*\)/giu, "");
  const last = /\*\*([^*]{2,40})\*\*(?:\s*[/,&]\s*\p{Lu}{2,4})*[\s.]*$/u.exec(words)?.[1];
  if (words !== source && /\(owner: @/u.test(source)) return true;
  return (
    opensWithOwner(words) || (last !== undefined && isInitials(last)) || /^@[\w-]+\b|\s@[\w-]+[\s.:]*$/u.test(words)
  );
}

/** Words of a template to its author, not of an author to the team. */
function isGuidance(words: string): boolean {
  if (/^([_*])(?!\1)[^]+\1$/u.test(words) && !/^\*\*|\*\*$/u.test(words)) return true;
  return GUIDANCE.some((pattern) => pattern.test(words));
}

const GUIDANCE: readonly RegExp[] = [
  /\b(?:every|each|all) (?:[\w-]+ )?(?:action|item|follow-?up|task)s?(?: items?)? (?:should|must|needs? to|has to)\b/iu,
  /\bshould be (?:put|listed|added|recorded|documented|noted|filled in) (?:here|below)\b|\bthis section\b|\bsample subheadings\b/iu,
  /^(?:list|describe|add|note|record|include|enter|write|fill in|document) (?:[\w-]+ ){0,6}(?:here|below|action items|corrective actions|follow-?ups)\b/iu,
  /^(?:please )?(?:refer to|see) /iu,
  /^(?:what|which|how|who|is there|are there|did|do)\b[^.]*\?$/iu,
];

const INTENT =
  /\b(?:(?:we|i|they|team|it|this|there|that|which)(?:['’]ll| will| should| shall| must| need(?:s)? to| want(?:s)? to| plan(?:s)? to| intend(?:s)? to| aim(?:s)? to| propose(?:s)?| recommend(?:s)?| suggest(?:s)?| could| can| ha(?:ve|s) to)|(?:will|should|must|needs? to|has to|have to|ought to) (?:also |now |then |never |always )*be\b|(?:are|is|we['’]re|i['’]m|am) (?:(?:also|now|currently|actively|still) )*(?:being|looking|working|planning|investigating|considering|going to|adding|introducing|implementing|evaluating|exploring|moving)\b|to be (?:done|added|written|implemented)|todo\b|next step)/iu;

const IMPERATIVE =
  /^[\s\-*_`"']*(?:(?:always|never|also|please|do not|don['’]t|possibly|maybe|eventually|better|make sure to)\s+)*(?:add|address|adjust|adopt|agree|alert|allow|analy[sz]e|apply|ask|assess|audit|automate|avoid|back ?up|block|build|bump|buy|cap|change|check|clarify|clean|collect|communicate|configure|confirm|consider|convert|coordinate|create|count|cut|decide|decouple|define|delete|deploy|deprecate|describe|design|detect|determine|develop|disable|discuss|do(?! (?:we|you|they|i)\b)|document|drill|drop|educate|eliminate|enable|encourage|enforce|ensure|establish|evaluate|expand|explore|export|extend|file|find|fix|follow|formali[sz]e|get|give|grant|guard|harden|have|hold|identify|implement|improve|include|increase|inform|install|introduce|investigate|isolate|keep|learn|limit|link|log|look|lower|maintain|make|measure|merge|migrate|mirror|monitor|move|notify|open|optimi[sz]e|organi[sz]e|page|patch|pin|plan|practi[cs]e|prepare|prevent|prioriti[sz]e|propose|protect|provide|publish|put|raise|re-?\w+|reduce|refactor|reject|remove|rename|replace|report|require|research|resolve|restart|restore|restrict|review|revisit|revoke|rotate|run|scale|schedule|search|secure|send|separate|set|share|simplify|speak|speed|split|standardi[sz]e|start|stop|store|strengthen|support|sign|switch|tag|talk|test|track|train|try|tune|turn|unify|update|upgrade|use|validate|verify|warm|warn|watch|work|write)\b/iu;
