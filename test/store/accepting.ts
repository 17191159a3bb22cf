// Started by lock.test.ts: accepts deliveries into the database in argv[2] and prints each id once it is durable.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";

import { accept } from "../../src/inbox/inbox.ts";
import { openDatabase } from "../../src/store/database.ts";
import { someDelivery } from "../inbox/some-delivery.ts";

const database = await openDatabase({ dataDir: process.argv[2] });
for (;;) {
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const id = randomUUID();
      await accept(database, someDelivery(id));
      writeSync(1, `${id}\n`);
    }),
  );
}
