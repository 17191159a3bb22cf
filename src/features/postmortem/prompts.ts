import type { Postmortem } from "../../domain/postmortem.ts";
import type { PromptView } from "../../domain/template-call.ts";
import { hasText, timelineEntries } from "./sections.ts";
import { namesOf } from "./template.ts";

interface Prompt {
  readonly key: string;
  readonly text: string;
  /** What the app can see by itself; absent where only a person can tell. */
  readonly seen?: (body: string, postmortem: Postmortem) => boolean;
}

/** Two entries at least: one thing that happened is no course of events. */
const ENOUGH_ENTRIES = 2;

export const PROMPTS: readonly Prompt[] = [
  {
    key: "impact",
    text: "Impact is written: who noticed what, for how long",
    seen: (body) => hasText(body, namesOf("Impact")),
  },
  {
    key: "detection",
    text: "Detection is written: how we found out",
    seen: (body) => hasText(body, namesOf("Detection")),
  },
  { key: "timeline", text: "The timeline has entries", seen: (body) => timelineEntries(body) >= ENOUGH_ENTRIES },
  {
    key: "factors",
    text: "Contributing factors are written: several, and none of them a person",
    seen: (body) => hasText(body, namesOf("Contributing factors")),
  },
  {
    key: "mitigation",
    text: "Mitigation says what stopped the bleeding, and whether for good or for now",
    seen: (body) => hasText(body, namesOf("Mitigation")),
  },
  {
    key: "action",
    text: "One preventive action at least has an owner and a day",
    seen: (_, { actions }) => actions.some(({ owner, due }) => owner !== undefined && due !== undefined),
  },
  {
    key: "category",
    text: "The hotspot is confirmed",
    seen: (_, { category, categoryBy }) => category !== undefined && categoryBy === "person",
  },
  {
    key: "upstream",
    text: "Upstream issues are linked, or there are none",
    seen: (body) => hasText(body, namesOf("Upstream issues")),
  },
  {
    key: "review",
    text: "Somebody who did not write it has reviewed it",
    seen: (_, { reviewedAt }) => reviewedAt !== undefined,
  },
  { key: "shared", text: "The lessons have been shared with the people they concern" },
];

/** Each prompt with its box. A person's click wins over what the app sees, in both directions. */
export function promptViews(body: string, postmortem: Postmortem): PromptView[] {
  return PROMPTS.map(({ key, text, seen }) => {
    const click = postmortem.ticks[key];
    const checked = click?.checked ?? seen?.(body, postmortem) ?? false;
    return { key, text, checked, ...(click === undefined || !click.checked ? {} : { by: click.by }) };
  });
}

const BOX = /^[ \t]*[-*+] \[(?<mark>[ xX])\] <!-- pm:(?<group>[a-z]+)\.(?<key>[a-z0-9-]+) -->/gmu;

export interface BoxState {
  readonly group: string;
  readonly key: string;
  readonly checked: boolean;
}

/** The boxes of our own status comment. */
export function boxesOf(comment: string): BoxState[] {
  return [...comment.matchAll(BOX)].map(({ groups }) => ({
    group: groups?.["group"] ?? "",
    key: groups?.["key"] ?? "",
    checked: (groups?.["mark"] ?? " ") !== " ",
  }));
}

/** What a person clicked: the boxes whose mark differs between two texts of the comment. */
export function clicksBetween(before: string, after: string): BoxState[] {
  const was = new Map(boxesOf(before).map((box) => [`${box.group}.${box.key}`, box.checked]));
  return boxesOf(after).filter((box) => {
    const old = was.get(`${box.group}.${box.key}`);
    return old !== undefined && old !== box.checked;
  });
}
