import type { Sandbox } from "../sandbox/sandbox.ts";

/** Where the demo's postmortems live. */
export const REPOSITORY = "acme/incidents";

/** The first Monday of the story: the app is installed. */
export const FIRST_DAY = "2026-08-31T05:00:00Z";

/** When the story reaches you: a Friday morning, always the same one, so that every run shows the same. */
export const TODAY = "2026-11-20T10:00:00Z";

/** Three functions of three people each. */
export const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  platform: ["ana", "ben", "cleo"],
  network: ["dora", "eve", "finn"],
  product: ["gus", "hana", "ivan"],
};

/** Everybody, with the role that decides what the app lets them do. */
export const PEOPLE: Readonly<Record<string, "maintain" | "write" | "triage" | "read">> = {
  ...Object.fromEntries(
    Object.values(FUNCTIONS)
      .flat()
      .map((login) => [login, "write" as const]),
  ),
  mia: "maintain",
  tom: "triage",
  rita: "read",
};

export const CONFIG = `# .github/postmortem.yml
team:
  functions:
    - name: platform
      members: [ana, ben, cleo]
      lead: ana
    - name: network
      members: ["@acme/network"]
      lead: dora
    - name: product
      members: [gus, hana, ivan]
      lead: gus
  away: [{ who: eve, from: 2026-10-26, until: 2026-11-01 }]
  max-open: 12
close-guard: enforce
digest: { repository: acme/incidents, day: monday, time: "09:00", timezone: Europe/Berlin }
`;

/** acme with its incidents repository, twelve people and the app installed. */
export function buildWorld(sandbox: Sandbox): void {
  sandbox.addOrganization("acme");
  for (const login of Object.keys(PEOPLE)) {
    sandbox.addUser(login);
    sandbox.setMembership("acme", login, login === "mia" ? "admin" : "member");
  }
  sandbox.addTeam("acme", "network", [...(FUNCTIONS["network"] ?? [])]);
  sandbox.addRepository(REPOSITORY, { visibility: "private", description: "Postmortems of acme's platform" });
  for (const [login, role] of Object.entries(PEOPLE)) sandbox.setRole(REPOSITORY, login, role);
  sandbox.putFile(REPOSITORY, ".github/postmortem.yml", CONFIG);
  sandbox.installApp("acme", { repositories: "all" });
}

/** `platform` for ana; undefined for who has no seat. */
export function functionOf(login: string): string | undefined {
  return Object.entries(FUNCTIONS).find(([, people]) => people.includes(login))?.[0];
}
