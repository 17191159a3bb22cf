import { describe, expect, it } from "vitest";
import { findUpstream } from "../../../src/features/hotspots/upstream.ts";

describe("findUpstream", () => {
  it("reads owner/repo#n and GitHub links once each", () => {
    const text =
      "See kubernetes/kubernetes#57992 (https://github.com/kubernetes/kubernetes/issues/57992) and https://github.com/coredns/coredns/pull/12.";

    expect(findUpstream(text).issues.map((issue) => `${issue.owner}/${issue.repository}#${issue.number}`)).toEqual([
      "kubernetes/kubernetes#57992",
      "coredns/coredns#12",
    ]);
  });

  it("takes a bare number after the project's name for its issue", () => {
    expect(findUpstream("Kubernetes upstream issue: #57992 (fixed in 1.11.4 and 1.12.0)").issues).toMatchObject([
      { owner: "kubernetes", repository: "kubernetes", number: 57_992 },
    ]);
  });

  it("does not take paths, mail addresses or tickets of our own for issues", () => {
    expect(
      findUpstream("a/b/c#1 me@x.org/y#2 #7 and docs/setup.md#3-install").issues.map((issue) => issue.number),
    ).toEqual([]);
  });

  it("finds the versions that hold the fix", () => {
    const versions = (text: string) => findUpstream(text).fixedIn.map((found) => found.version);

    expect(versions("fixed in 1.11.4 and 1.12.0")).toEqual(["1.11.4", "1.12.0"]);
    expect(versions("This was fixed by upgrading to v2.0.1.")).toEqual(["2.0.1"]);
    expect(versions("resolved in Kubernetes 1.14, 1.15 and 1.16")).toEqual(["1.14", "1.15", "1.16"]);
    expect(versions("We ran 1.2.3 all the time")).toEqual([]);
  });

  it("tells versions from addresses, times and amounts", () => {
    expect(findUpstream("10.0.0.1, 99.95%, 2.5 GB, 1.5 hours, v1.29.4, 1.30.0-rc.1, 2024.06").versions).toEqual([
      "1.29.4",
      "1.30.0-rc.1",
      "2024.06",
    ]);
  });

  it("points at the words in the text", () => {
    const text = "fixed in version 1.11.4, see istio/istio#3";
    const { issues, fixedIn } = findUpstream(text);

    expect(text.slice(fixedIn[0]?.start, fixedIn[0]?.end)).toBe("1.11.4");
    expect(text.slice(issues[0]?.start, issues[0]?.end)).toBe("istio/istio#3");
  });

  it.each(["fixed in ", "a/b#1", "1.1,", "https://github.com/a/b/issues/1 ", "a-".repeat(20)])(
    "gets through 65,536 characters of %j",
    (seed) => {
      expect(findUpstream(seed.repeat(Math.ceil(65_536 / seed.length))).issues.length).toBeLessThanOrEqual(1);
    },
  );
});
