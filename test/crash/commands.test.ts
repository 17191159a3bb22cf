import { describe } from "vitest";

import { commands, endsAsIfNothingHadHappened } from "./story.ts";

describe("kill -9 between any two steps", () => {
  endsAsIfNothingHadHappened(commands);
});
