/** One turn of phrase that points at a person, or an action's verb that never ends. */
export interface Phrase {
  readonly id: string;
  /** Matched against text without code, quotes, links and comments. What a group `words` holds is shown, else the whole match. */
  readonly pattern: RegExp;
  /** One sentence for the author: what to write instead. */
  readonly suggestion: string;
}

/** People as a postmortem names them. Systems may fail and forget without anybody being blamed. */
const WHO = String.raw`(?:\b(?:I|we|he|she|they|you|somebody|someone|nobody|no one|everyone|everybody|people|developers?|engineers?|operators?|admins?|administrators?|sysadmins?|reviewers?|managers?|employees?|colleagues?|teams?|devs?|on-?call(?:er)?|responders?|authors?|committers?|staff|humans?)\b|@[\w-]+)`;

/** How people fail in hindsight: what they did not see, check or do. */
const HINDSIGHT = String.raw`(?:noticed|seen|caught|spotted|known|realized|realised|checked|double-checked|tested|verified|validated|reviewed|read|monitored|asked|told|warned|communicated|informed|escalated|thought|considered|anticipated|foreseen|paid|been (?:more )?(?:careful|aware|vigilant|attentive)|been (?:better|more thoroughly|properly) \w+|been (?:noticed|caught|spotted|known|checked|double-checked|tested|verified|reviewed|communicated|escalated|foreseen|anticipated|avoided|done|rescheduled)|done|used|followed|waited|taken|made|rescheduled|booked|handled|acted|reacted|responded|looked)`;

/** Reviewed by hand; measured with `scripts/eval-actions.ts --notes`. Every entry has an example in its test. */
export const BLAME: readonly Phrase[] = [
  {
    id: "human-error",
    pattern:
      /(?<!\b(?:no|not|never|isn['’]t|wasn['’]t|than|without|instead of|rather than|avoid|say)\s(?:\w+\s)?)\b(?<words>(?:human|operator|user|manual|pilot|engineer|people)(?:['’]s)?[ -](?:error|mistake)s?)\b(?!\s+(?:message|page|rate|report|handling|code|log|response)s?\b|\s+(?:is|are|was|were|as)\s+(?:never|not)\b)/giu,
    suggestion: "Human error is never the end of the story: say what made the slip easy to make and hard to see.",
  },
  {
    id: "should-have",
    pattern: new RegExp(
      String.raw`${WHO}(?:\s+on (?:call|duty|shift))?(?:\s+(?:\w+ly|just|also|all|both|then|there))?\s+(?<words>(?:should|ought to)(?:n['’]t|\s+not|\s+(?:probably|really|clearly|also|at least))?\s+(?:of|have)\s+(?:\w+ly\s+)?${HINDSIGHT})\b`,
      "giu",
    ),
    suggestion:
      "Hindsight hides why it made sense at the time: say what was known then and what would have shown more.",
  },
  {
    id: "should-have-been",
    pattern:
      /(?<words>(?:should|ought to)(?:\s+(?:probably|really|clearly|also|at least))?\s+have\s+been\s+(?:noticed|caught|spotted|known|checked|double-checked|tested|verified|reviewed|communicated|escalated|foreseen|anticipated|done|more careful))\b/giu,
    suggestion: "Say what would have made it visible in time, rather than that somebody ought to have seen it.",
  },
  {
    id: "should-have-opening",
    pattern: new RegExp(
      String.raw`^[ \t*+-]*(?:(?:possibly|probably|maybe|clearly|obviously)[ \t]+)?(?<words>should(?:n['’]t|\s+not)?\s+have\s+${HINDSIGHT})\b`,
      "gimu",
    ),
    suggestion: "Turn hindsight into an action: who does what from now on?",
  },
  {
    id: "failed-to",
    pattern: new RegExp(
      String.raw`${WHO}(?:\s+\w+){0,1}?\s+(?<words>(?:failed|neglected|omitted|didn['’]t bother|did not bother)\s+to\s+\w+)`,
      "giu",
    ),
    suggestion: "Say what was missing for it to be done: a check, a reminder, time, or the knowledge that it mattered.",
  },
  {
    id: "forgot",
    pattern: new RegExp(
      String.raw`${WHO}(?:\s+\w+){0,1}?\s+(?<words>(?:forgot|had forgotten|have forgotten)(?:\s+(?:to|about)\s+\w+)?)\b|(?<!\S)(?<words2>(?:was|were|been|got)\s+forgotten)\b`,
      "giu",
    ),
    suggestion: "People forget; say what could remember in their place.",
  },
  {
    id: "character",
    pattern:
      /\b(?<words>careless(?:ly|ness)?|negligen(?:t|ce|tly)|sloppy|sloppiness|incompeten(?:t|ce)|stupid(?:ly|ity)?|dumb|lazy|laziness|reckless(?:ly|ness)?|irresponsibl[ey]|inattenti(?:on|ve)|clumsy|thoughtless(?:ly)?)\b(?!\s+(?:pipe|proxy|load|init|loading|terminal|evaluation|client))/giu,
    suggestion: "This judges a person: describe what happened and what the conditions were.",
  },
  {
    id: "fault",
    pattern: new RegExp(
      String.raw`\b(?<words>(?:my|our|his|her|their|your|nobody['’]s|somebody['’]s|someone['’]s)\s+(?:own\s+)?(?:fault|mistake))\b|\b(?<words2>(?:is|are|was|were)\s+to\s+blame)\b|\b(?<words3>blame[ds]?\s+(?:on\s+)?(?:him|her|them|us|the\s+(?:team|engineer|developer|operator|user)))\b`,
      "giu",
    ),
    suggestion: "A contributing factor lies in how the work was set up: name that instead.",
  },
  {
    id: "slip",
    pattern: new RegExp(
      String.raw`\b(?<words>fat[- ]?finger(?:ed|ing|s)?)\b|${WHO}(?:\s+\w+){0,2}?\s+(?<words2>(?:mistakenly|carelessly|erroneously|wrongly|incorrectly|by mistake)\s+\w+)`,
      "giu",
    ),
    suggestion: "Leave the judgement out: say what was done, and what made it look right.",
  },
  {
    id: "ignored-procedure",
    pattern: new RegExp(
      String.raw`${WHO}(?:\s+\w+){0,1}?\s+(?<words>(?:(?:ignored|disregarded)(?=\s+(?:the|an?|all|several|many|repeated|this|that|those|these|our|\w+s)\s)|violated|did(?:n['’]t| not) (?:follow|read|check|notice|pay attention|think|bother))\b(?:\s+to)?)`,
      "giu",
    ),
    suggestion: "Say how the work is really done and what the signal looked like among all others.",
  },
  {
    id: "lack-of-care",
    pattern:
      /\b(?<words>lack of (?:care|attention|diligence|discipline|vigilance|common sense)|not (?:being )?careful enough|(?:be|being) more careful)\b/giu,
    suggestion: "Care cannot be scheduled: name a change to the system that makes care unnecessary.",
  },
];

/** Verbs with which an action can go on for ever. */
export const UNBOUNDED: Phrase = {
  id: "unbounded-verb",
  pattern:
    /^(?:(?:we|i|they)\s+(?:will|should|need to|must|plan to|want to|could|are going to)\s+)?(?:(?:possibly|maybe|please|further|also|continue to|start to|try to|to)\s+)*(?<words>investigat(?:e|ing|ion(?=\s*:))|look(?:ing)? (?:into|at)|explor(?:e|ing)|consider(?:ing)?|improv(?:e|ing)|think(?:ing)? about|research(?:ing)?|monitor(?= (?:the )?(?:situation|closely))|keep an eye on|(?:keep|continue) (?:monitoring|watching|looking)|discuss(?:ing)?|evaluat(?:e|ing)|assess(?:ing)?|(?:be|being) more \w+|pay (?:more )?attention|focus more|revisit|optimi[sz]e|strengthen|enhance|work on|learn (?:more )?about|raise awareness|encourage)\b/iu,
  suggestion: "When is this done? Name the result: a decision written down, a number reached, a change merged.",
};

/** Words that give such a verb its end. */
export const BOUNDS: readonly RegExp[] = [
  /\b(?:and|then|to|,)\s+(?:decide|document|write|report|fix|propose|implement|add|remove|merge|file|open|create|present|choose|agree|publish|recommend|replace|delete|set|alert|notify|page|test)\b/iu,
  /\b(?:until|so that|such that|to (?:make sure|ensure)|by (?:adding|removing|setting|using|introducing|moving|splitting|writing|making|limiting|having|\d|mon|tue|wed|thu|fri|q[1-4]|the end)|below|under|at least|at most|within|less than|more than|no more|from \d|to \d|every \d)\b/iu,
  /\d\s*(?:%|ms|s|sec|seconds?|min|minutes?|h|hours?|days?|gi?b|mi?b|x)\b/iu,
];
