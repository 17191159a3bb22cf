import { describe } from "vitest";

import { endsAsIfNothingHadHappened, start } from "./story.ts";

describe("kill -9 between any two steps", () => {
  endsAsIfNothingHadHappened(start);
});
