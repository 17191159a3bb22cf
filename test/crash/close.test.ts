import { describe } from "vitest";

import { close, endsAsIfNothingHadHappened } from "./story.ts";

describe("kill -9 between any two steps", () => {
  endsAsIfNothingHadHappened(close);
});
