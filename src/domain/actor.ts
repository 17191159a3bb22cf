import { z } from "zod";

/** Who did something. A deleted user is the ghost: id 0. `self` is this app. */
export const Actor = z.object({
  id: z.number().int(),
  login: z.string(),
  kind: z.enum(["person", "bot", "self", "ghost"]),
});
export type Actor = Readonly<z.infer<typeof Actor>>;

export const GHOST: Actor = { id: 0, login: "ghost", kind: "ghost" };

/** GitHub's roles, weakest first. `unknown` is an answer that could not be had or read: it may do nothing. */
export const ROLES = ["unknown", "none", "read", "triage", "write", "maintain", "admin"] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** Does this role reach what is needed? Fails closed: `unknown` reaches nothing. */
export function allows(role: Role, needs: Role): boolean {
  return role !== "unknown" && ROLES.indexOf(role) >= ROLES.indexOf(needs);
}

/** Could this be a person's login? Teams, addresses and anything with a mark in it could not. */
export function isLogin(word: string): boolean {
  // Ignoring case would also take "ſ" and the Kelvin sign, which fold to letters of ours.
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/u.test(word);
}
