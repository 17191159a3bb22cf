interface Look {
  readonly color: string;
  readonly description: string;
}

const LOOKS: readonly (readonly [RegExp, Look])[] = [
  [/^severity\/?1$/u, { color: "b60205", description: "Worst: many people, core functions, or data" }],
  [/^severity\/?2$/u, { color: "d93f0b", description: "Bad: a core function for some people" }],
  [/^severity\/?3$/u, { color: "fbca04", description: "Limited: a workaround exists" }],
  [/^severity\/?4$/u, { color: "fef2c0", description: "Small: hardly noticed, worth learning from" }],
  [/^priority\/high$/u, { color: "d93f0b", description: "To be taken up before other work" }],
  [/^stage\//u, { color: "c5def5", description: "How far the postmortem has come" }],
  [/^hotspot\//u, { color: "5319e7", description: "The category in which this incident falls" }],
  [/^overdue$/u, { color: "d93f0b", description: "A preventive action stayed undone after its reminders" }],
  [/^needs-owner$/u, { color: "e99695", description: "A function of the team has nobody for this" }],
  [/^postmortem-digest$/u, { color: "0e8a16", description: "The weekly hotspot digest" }],
];

const PLAIN: Look = { color: "bfd4f2", description: "Used by the postmortem app" };

/** Colour and description of a label that we make. */
export function lookOf(name: string): Look {
  return LOOKS.find(([pattern]) => pattern.test(name))?.[1] ?? PLAIN;
}
