import { readdirSync, readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

import { type Deed, openIssue, perform } from "./deeds.ts";
import type { Stage } from "./stage.ts";
import { TODAY } from "./world.ts";

const Later = z.object({
  /** `2d 3h` after the issue was opened. */
  in: z.string().regex(/^\d+[dhm](?: \d+[dhm])*$/u),
  as: z.string(),
  label: z.string().optional(),
  comment: z.string().optional(),
  tick: z.string().optional(),
  click: z.string().optional(),
  close: z.enum(["completed", "not_planned"]).optional(),
  reopen: z.literal(true).optional(),
});

const Head = z.object({
  title: z.string(),
  opened: z.iso.datetime(),
  author: z.string(),
  labels: z.array(z.string()).default([]),
  later: z.array(Later).default([]),
});

export interface Incident extends z.infer<typeof Head> {
  readonly body: string;
}

/** The incidents of twelve weeks, written after public talks about running Kubernetes: see docs/demo.md. */
export function readIncidents(): Incident[] {
  const folder = new URL("incidents/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => {
      const [, head = "", body = ""] = readFileSync(new URL(name, folder), "utf8").split(/^---\n/mu);
      return { ...Head.parse(parse(head)), body: body.trimStart() };
    });
}

interface Moment {
  readonly at: number;
  readonly play: () => void;
}

/** Lives through the twelve weeks up to today, with the app answering all the way. */
export async function playHistory(stage: Stage, incidents: readonly Incident[]): Promise<void> {
  const moments = incidents.flatMap((incident) => momentsOf(stage, incident)).sort((a, b) => a.at - b.at);
  for (const { at, play } of moments) {
    if (at > Date.parse(TODAY))
      throw new Error(`A moment of the story lies after today: ${new Date(at).toISOString()}`);
    await stage.passUntil(new Date(at).toISOString());
    play();
    await stage.settle();
    await failOnFaults(stage);
  }
  await stage.passUntil(TODAY);
  await failOnFaults(stage);
}

/** Stops at the first thing that went wrong, with a sentence for each. */
export async function failOnFaults(stage: Stage): Promise<void> {
  const faults = await stage.faults();
  const some = faults.length === 1 ? "One thing" : `${faults.length} things`;
  if (faults.length > 0) throw new Error(`${some} went wrong by ${stage.now()}.\n- ${faults.join("\n- ")}`);
}

function momentsOf(stage: Stage, incident: Incident): Moment[] {
  const opened = Date.parse(incident.opened);
  let number = 0;
  const { title, body, labels, author } = incident;
  const opening: Moment = {
    at: opened,
    play() {
      number = openIssue(stage, author, { title, body, labels });
    },
  };
  const rest = incident.later.map((later) => ({
    at: opened + span(later.in),
    play() {
      perform(stage, later.as, number, deedOf(later));
    },
  }));
  return [opening, ...rest];
}

function deedOf(later: z.infer<typeof Later>): Deed {
  if (later.label !== undefined) return { kind: "label", label: later.label };
  if (later.comment !== undefined) return { kind: "comment", text: later.comment };
  if (later.tick !== undefined) return { kind: "tick", line: later.tick };
  if (later.click !== undefined) return { kind: "click", box: later.click };
  if (later.close !== undefined) return { kind: "close", reason: later.close };
  if (later.reopen !== undefined) return { kind: "reopen" };
  throw new Error(`A moment without a deed: ${JSON.stringify(later)}`);
}

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 };

function span(text: string): number {
  return [...text.matchAll(/(\d+)([dhm])/gu)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}
