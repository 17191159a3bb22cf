import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A server on the loop-back addresses that counts who knocks, and answers what it is told. */
export interface KnockedServer {
  readonly port: number;
  /** What it writes to whoever says something; nothing when empty. */
  answer: string;
  /** Forgets who knocked before. */
  listenAnew(): void;
  knocks(): number;
  heard(): string;
  /** A connection to it, however it was meant. */
  connect(): Socket;
  close(): void;
}

export const WELCOME = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

export async function startKnockedServer(): Promise<KnockedServer> {
  let knocks = 0;
  let heard = "";
  const server = createServer((socket) => {
    knocks += 1;
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      heard += chunk.toString();
      socket.write(knocked.answer);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "::", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const knocked: KnockedServer = {
    port,
    answer: WELCOME,
    listenAnew() {
      knocks = 0;
      heard = "";
    },
    knocks: () => knocks,
    heard: () => heard,
    connect: () => connect(port, "127.0.0.1"),
    close: () => void server.close(),
  };
  return knocked;
}

/** Names and numbers that lead to this machine, however they are written. */
export const THIS_MACHINE = [
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "017700000001",
  "0",
  "0.0.0.0",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "[::1]",
  "[::]",
  "[0:0:0:0:0:0:0:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
] as const;

/** … and to its neighbours. */
export const NEIGHBOURS = [
  "[fe80::1]",
  "[fd00::1]",
  "[fc00::1]",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "[fd00:ec2::254]",
  "100.64.0.1",
] as const;

/** What a name server may say that must not be followed. */
export const HOSTILE_ANSWERS: readonly (readonly string[])[] = [
  ["127.0.0.1"],
  ["::1"],
  ["::ffff:127.0.0.1"],
  ["10.1.2.3"],
  ["169.254.169.254"],
  ["fe80::1%lo"],
  ["fd12::1"],
  ["198.35.26.96", "127.0.0.1"],
  ["127.0.0.1", "198.35.26.96"],
  ["64:ff9b::a00:1"],
  ["0x7f000001"],
  ["2130706433"],
  [],
];

/** Answers that must not be followed, read to their end, waited for or asked for again. */
export function hostileAnswers(port: number): string[] {
  return [
    `HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:${port}/\r\ncontent-length: 0\r\n\r\n`,
    `HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:${port}/\r\ncontent-length: 0\r\n\r\n`,
    `HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n`,
    `HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n`,
    `HTTP/1.1 200 OK\r\ncontent-length: 70000\r\n\r\n${"x".repeat(70_000)}`,
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: other\r\nconnection: upgrade\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
    "nonsense\r\n\r\n",
    "",
  ];
}
