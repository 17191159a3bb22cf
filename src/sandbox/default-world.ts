import type { Sandbox } from "./sandbox.ts";

/** acme with two repositories, eight people and a team, and the app installed. */
export function buildDefaultWorld(sandbox: Sandbox): void {
  sandbox.addOrganization("acme");
  for (const login of ["alice", "bob", "carol", "dan", "erin", "rita", "frank", "grace"]) sandbox.addUser(login);
  for (const login of ["alice", "bob", "carol", "dan", "erin"])
    sandbox.setMembership("acme", login, login === "alice" ? "admin" : "member");
  const roles = {
    alice: "admin",
    bob: "write",
    carol: "write",
    dan: "maintain",
    erin: "triage",
    rita: "read",
    frank: "write",
    grace: "write",
  };
  for (const name of ["acme/incidents", "acme/shop"]) {
    sandbox.addRepository(name, { visibility: name === "acme/incidents" ? "private" : "public" });
    for (const [login, role] of Object.entries(roles)) sandbox.setRole(name, login, role);
  }
  sandbox.addTeam("acme", "sre", ["alice", "bob", "carol"]);
  sandbox.addTeam("acme", "network", ["dan", "frank", "grace"]);
  sandbox.installApp("acme", { repositories: "all" });
}
