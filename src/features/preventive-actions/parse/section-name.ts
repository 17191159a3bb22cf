import { foldHeading } from "../../postmortem/sections.ts";

/**
 * What a heading or label says about the entries under it.
 *
 * actions  things to do so that it does not come back
 * refused  look-alikes: what was done during the incident, housekeeping, definitions of done
 * other    no word on it
 */
export type SectionKind = "actions" | "refused" | "other";

/** Tells by its name whether a section holds preventive actions. */
export function sectionKind(name: string): SectionKind {
  const folded = foldHeading(name)
    .replaceAll(/\((?:completed|done|in progress|ongoing|pending|open|optional|if any|suggested)\)/gu, "")
    .replaceAll(/[\s:]+/gu, " ")
    .trim();
  if (folded === "" || folded.length > 90) return "other";
  if (REFUSED.some((pattern) => pattern.test(folded))) return "refused";
  return ACTIONS.some((pattern) => pattern.test(folded)) ? "actions" : "other";
}

/** True when the name says that all below it is done: "Immediate (Completed)", "Done". */
export function saysDone(name: string): boolean {
  // A tick in front of a heading is an ornament; behind it, it is a mark.
  return /\S\s*(?:✅|:white_check_mark:)\s*$/u.test(name) || DONE.test(foldHeading(name));
}

const DONE =
  /\((?:already )?(?:completed?|done|finished|fixed|resolved)\)|^(?:completed?|done|finished)(?:\s+(?:items|actions?|tasks?))?$|^already done/u;

/** Names of the other parts of a postmortem: below them nothing is to be done. */
export function isElsewhere(name: string): boolean {
  return sectionKind(name) === "refused" || (sectionKind(name) === "other" && ELSEWHERE.test(foldHeading(name)));
}

const ELSEWHERE =
  /^(?:timeline|chronology|summary|(?:the )?impact|background|resolution|(?:the )?root causes?|causes?|contributing factors?|trigger|what went (?:well|wrong|badly)|where we got lucky|lessons? learn(?:ed|t)|glossary|appendix|references?|supporting information|further reading|links|notes?|discussion|contacts?|thanks|acknowledge?ments?|attendees|participants|stats|metrics)\b/u;

const REFUSED: readonly RegExp[] = [
  /\b(?:actions?|steps?|measures?|remediations?)(?: items?)?(?: (?:were|already|we|that were|immediately))* (?:taken|completed|performed|undertaken|executed)\b/u,
  /\b(?:taken|completed|immediate response|response|recovery|mitigation|emergency) (?:actions?|steps?|measures?)\b(?! items?)/u,
  /\btasks? (?:and|&) updates\b|\bdefinition of done\b|\bacceptance criteria\b|\bdone when\b|\bchecklist\b|\bhousekeeping\b/u,
  /\bdetect(?:ed|ion) (?:and|&) (?:response|mitigation)\b|\bresponse timeline\b|\btasks to complete\b/u,
];

const ACTIONS: readonly RegExp[] = [
  /\baction[- ]?items?\b|\bactionable(?:s| items?)?\b|\baction points?\b|\baction (?:plan|list|log|register)\b|\baction (?:tickets|issues)\b/u,
  /^(?:(?:the|our|my|all|any|list of|summary of) )*(?:(?:next|post[- ]?mortem|post[- ]?incident|incident|retro(?:spective)?|team|planned|proposed|recommended|suggested|agreed|outstanding|remaining|open|required|resulting|further|additional|immediate|long[- ]?term|short[- ]?term|medium[- ]?term|future|key|tracked|next step) )*actions?(?: (?:to (?:be )?(?:take|taken|do|done|prevent.*|avoid.*)|following.*|required|needed|arising|for.*|from.*|going forward|tracker|and (?:owners|next steps|follow[- ]?ups?|improvements|recommendations|lessons.*)|we will take|planned))?$/u,
  /\b(?:corrective|preventive|preventative|prevention|preventing|follow[- ]?up|review|resulting|remedial|improvement|remediation|hardening) (?:(?:and|&|or|\/) (?:\w+) )?(?:actions?|measures?|steps?|tasks?|work|items?|plans?|tickets?|issues?)\b/u,
  /\b(?:corrective|preventive|preventative) (?:and|&|\/) (?:corrective|preventive|preventative)/u,
  /^follow[- ]?ups?$|^follow(?:ing)?[- ]?(?:on|up)(?: (?:work|items|tasks|actions|issues|tickets))?$/u,
  /^(?:(?:proposed|suggested|immediate|future|recommended|our) )?next steps?(?: (?:and|&) .*)?$/u,
  /^(?:(?:proposed|planned|future|long[- ]?term|short[- ]?term|possible|potential|suggested|further|process|technical|documentation) )*(?:improvements?|remediations?|preventions?|recommendations?|measures|fixes|safeguards)(?: (?:items|plan|ideas|tasks|to make|actions|going forward|and follow[- ]?ups?))?$/u,
  /\b(?:prevent|avoid)(?:ing|ion)? (?:of )?(?:(?:a|an|the|this|that|it|these|them|future|similar|such|further|any|other) )*(?:relapse|recurrence|re-?occurrence|repeat|repetition|(?:incidents?|outages?|failures?|issues?|problems?|events?|regressions?)(?: (?:from )?(?:(?:re)?occurring|happening|again|in the future))?|(?:from )?(?:happening|re-?occurring|occurring)(?: again| in the future)?)\b/u,
  /\b(?:what|how)\b.* (?:can|could|will|should|are|do) (?:be done|we (?:do|doing|going to do|prevent|improve|avoid|change)\b).*\b(?:prevent|avoid|better|future|differently|improve|again|relapse)\b/u,
  /^what (?:could|can|should) (?:be|we) (?:done|do|better)(?: (?:better|differently|to .*))?$/u,
  /^what (?:will|can) we (?:change|do|improve)\b.*|^what(?:'s| is| happens) next$|^what we(?:'re| are) (?:doing|changing).*$|^what we will (?:do|change).*$/u,
  /^(?:ais|repair items?|(?:folge)?maßnahmen|actions (?:correctives|préventives|à mener)|acciones (?:correctivas|preventivas)|ações (?:corretivas|preventivas)|azioni (?:correttive|preventive)|アクションアイテム|再発防止策|行动项|后续行动|改进措施)$/u,
  /^(?:to[- ]?dos?|todo list|things to do|tickets (?:created|filed)|issues (?:created|filed))$/u,
  /\bfuture (?:work|steps|plans|mitigations?|prevention)\b|^(?:going|moving|looking) forward$|^plan(?:s)? (?:to|for) (?:prevent|improve|avoid).*/u,
  /^(?:steps|measures|actions?|plans?|tasks?|work|changes) (?:(?:we|are|will|being|that|have|to|be|planned|taken|taking) )*(?:to|for) (?:prevent|avoid|improve|reduce|ensure|minimi[sz]e)/u,
];
