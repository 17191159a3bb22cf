import { describe, expect, it } from "vitest";
import { findRelated, indexRelated } from "../../../src/features/hotspots/related.ts";

const KNOWN = [
  {
    id: "1",
    title: "CMS database full",
    body: "The storage of the CMS database was exhausted by a migration that copied revisions.",
    category: "resource-pressure",
  },
  {
    id: "2",
    title: "Expired certificate",
    body: "The wildcard certificate at the edge expired because renewal failed.",
    category: "ingress",
  },
  { id: "3", title: "CoreDNS restarts", body: "CoreDNS was killed under a storm of lookups.", category: "dns" },
  {
    id: "4",
    title: "Search slow",
    body: "The search index was rebuilt at noon and queries waited.",
    category: "resource-pressure",
  },
];
const index = indexRelated(KNOWN);

describe("findRelated", () => {
  it("finds the earlier postmortem that tells the same story, with the words in common", () => {
    const [first] = findRelated(index, {
      id: "9",
      title: "CMS database full again",
      body: "A migration of revisions exhausted the storage of the database.",
    });

    expect(first?.id).toBe("1");
    expect(first?.words).toContain("revisions");
  });

  it("never relates a postmortem to itself", () => {
    expect(findRelated(index, KNOWN[0] ?? { id: "", title: "", body: "" }).map((one) => one.id)).not.toContain("1");
  });

  it("stays silent when too few telling words are shared", () => {
    expect(
      findRelated(index, { id: "9", title: "Payroll printed twice", body: "The printer ran two jobs at noon." }),
    ).toEqual([]);
  });

  it("gives the same answer twice", () => {
    const writeUp = { id: "9", title: "Certificate expired at the edge", body: "Renewal of the wildcard failed." };

    expect(findRelated(index, writeUp)).toEqual(findRelated(index, writeUp));
  });

  it("copes with an empty history", () => {
    expect(findRelated(indexRelated([]), { id: "1", title: "x", body: "y" })).toEqual([]);
  });
});
