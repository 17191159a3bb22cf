import { BLOCK_BEGIN } from "../../domain/postmortem.ts";
import { sectionKind } from "../preventive-actions/parse/section-name.ts";
import { foldHeading, sectionsOf } from "./sections.ts";

export const BLOCK_END = "<!-- postmortem:end -->";

/** GitHub refuses bodies above 65,536 characters; some room is left for people. */
export const BODY_CAP = 64_000;

/** Names under which authors write a section of the built-in template themselves. */
export const ALIASES: Readonly<Record<string, readonly string[]>> = {
  summary: ["tl;dr", "tldr", "overview", "executive summary", "what happened", "description", "abstract"],
  impact: ["user impact", "customer impact", "impact on users", "impact statement", "business impact"],
  detection: ["how we found out", "how was it detected", "detected by"],
  timeline: ["incident timeline", "timeline of events", "key events", "chronology"],
  trigger: ["what triggered it", "triggering event"],
  "contributing factors": [
    "contributing factor",
    "causes",
    "cause",
    "contributing causes",
    "root cause",
    "root causes",
    "root cause analysis",
    "why did it happen",
  ],
  mitigation: ["resolution", "stop the bleeding", "recovery", "how we fixed it", "remediation and recovery"],
  "what went well": ["went well", "what worked", "things that went well"],
  "what surprised us": [
    "surprises",
    "where we got lucky",
    "what went wrong",
    "what went badly",
    "what didn't go so well",
  ],
  "lessons learned": ["lessons", "learnings", "what we learned", "takeaways"],
  "upstream issues": ["upstream", "upstream bugs", "related upstream issues"],
};

export const PREVENTIVE_ACTIONS = "preventive actions";

/** Every name under which a section may stand in a body. */
export function namesOf(heading: string): string[] {
  const key = foldHeading(heading);
  return [key, ...(Object.hasOwn(ALIASES, key) ? (ALIASES[key] ?? []) : [])];
}

/**
 * The body with the template's missing sections behind the author's text, inside one marked block. The author's text
 * stays as it is, byte for byte, as the prefix. A body that holds the block already is returned as it is, and so is
 * one that would grow beyond what GitHub takes.
 */
export function withSections(body: string, template: string): string {
  if (body.includes(BLOCK_BEGIN)) return body;
  const missing = missingSections(body, template);
  const newline = body.includes("\r\n") ? "\r\n" : "\n";
  const block = [BLOCK_BEGIN, "", ...missing.map((section) => `${section.trim()}\n`), BLOCK_END, ""].join("\n");
  const gap = body === "" ? "" : `${newline}${body.endsWith("\n") ? "" : newline}`;
  const whole = body + gap + (newline === "\n" ? block : block.replaceAll("\n", newline));
  return whole.length > BODY_CAP ? body : whole;
}

function missingSections(body: string, template: string): string[] {
  const written = sectionsOf(body).map(({ heading }) => heading);
  const folded = new Set(written.map(foldHeading));
  const hasActions = written.some((heading) => sectionKind(heading) === "actions");
  return topSections(template)
    .filter(({ heading }) => {
      if (foldHeading(heading) === PREVENTIVE_ACTIONS && hasActions) return false;
      return !namesOf(heading).some((name) => folded.has(foldHeading(name)));
    })
    .map(({ text }) => text);
}

function topSections(template: string): { heading: string; text: string }[] {
  const sections = sectionsOf(template);
  const top = Math.min(...sections.map(({ depth }) => depth));
  return sections
    .filter(({ depth }) => depth === top)
    .map(({ heading, start, end }) => ({ heading, text: template.slice(start, end) }));
}
