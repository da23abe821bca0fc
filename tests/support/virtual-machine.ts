import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { waitFor } from "./wait";

export interface MachineOptions {
  readonly name: string;
  /** What `tests/vm/image.sh` made. */
  readonly image: string;
  /** Port of the loopback that leads to its sshd. */
  readonly sshPort: number;
  /** Its end of the wire to the other machine, as `-netdev socket` has it. */
  readonly wire: string;
  readonly mac: string;
  /** A TCP port of this machine that leads to one of its own, as `hostfwd` has it. @default none */
  readonly forward?: string;
}

export interface RunOptions {
  /** Its standard input. @default nothing */
  readonly input?: string | Buffer;
  /** @default `120_000` */
  readonly deadlineMs?: number;
}

export interface Outcome {
  readonly status: number | null;
  readonly output: string;
  readonly error: string;
  readonly seconds: number;
}

/** A machine with a kernel of its own, emulated; changes of its disk are forgotten with it. */
export class VirtualMachine {
  private constructor(
    private readonly options: MachineOptions,
    private readonly emulator: ChildProcess,
  ) {}

  static start(options: MachineOptions): VirtualMachine {
    const { name, image, sshPort, wire, mac, forward } = options;
    const forwards = [`127.0.0.1:${sshPort}-:22`, ...(forward === undefined ? [] : [forward])];
    const kernel = `root=/dev/vda rw console=ttyS0 net.ifnames=0 systemd.hostname=${name}`;
    const emulator = spawn("qemu-system-x86_64", [
      ...["-name", name, "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"],
      ...["-m", "768", "-smp", "1", "-nographic"],
      ...["-kernel", path.join(image, "vmlinuz"), "-initrd", path.join(image, "initrd")],
      ...["-append", kernel],
      ...["-drive", `file=${path.join(image, "root.ext4")},format=raw,if=virtio,snapshot=on`],
      ...["-netdev", ["user,id=user", ...forwards.map((one) => `hostfwd=tcp:${one}`)].join(",")],
      ...["-device", "virtio-net-pci,netdev=user,romfile="],
      ...["-netdev", `socket,id=wire,${wire}`],
      ...["-device", `virtio-net-pci,netdev=wire,romfile=,mac=${mac}`],
    ]);
    emulator.stdin.end();
    const console_ = createWriteStream(path.join(image, `${name}.log`));
    emulator.stdout.pipe(console_);
    emulator.stderr.pipe(console_);
    return new VirtualMachine(options, emulator);
  }

  /** Runs a command as the user `deploy`, as a login over ssh does. */
  async run(
    command: string,
    { input = "", deadlineMs = 120_000 }: RunOptions = {},
  ): Promise<Outcome> {
    const { image, sshPort } = this.options;
    const known = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ConnectTimeout=20"];
    const startedAt = performance.now();
    const ssh = spawn(
      "ssh",
      [
        ...["-q", "-i", path.join(image, "id"), "-p", String(sshPort)],
        ...known.flatMap((option) => ["-o", option]),
        ...["deploy@127.0.0.1", command],
      ],
      { timeout: deadlineMs },
    );
    let [output, error] = ["", ""];
    ssh.stdout.on("data", (piece: Buffer) => (output += piece.toString()));
    ssh.stderr.on("data", (piece: Buffer) => (error += piece.toString()));
    ssh.stdin.on("error", () => undefined).end(input);
    const status = await new Promise<number | null>((resolve) => ssh.on("close", resolve));
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return { status, output: output.trim(), error: error.trim(), seconds };
  }

  /** What a command prints. @throws Error with its own words unless it succeeds */
  async sh(command: string, options: RunOptions = {}): Promise<string> {
    const { status, output, error } = await this.run(command, options);
    if (status === 0) return output;
    throw new Error(`${this.options.name}: ${command.slice(0, 200)}: ${String(status)} ${error}`);
  }

  /** Puts a program of this machine there. */
  async upload(file: string, target: string): Promise<void> {
    const program = await readFile(file);
    const command = `sudo tee ${target} >/dev/null && sudo chmod 755 ${target}`;
    await this.sh(command, { input: program });
  }

  /** Waits until somebody can log in. */
  async ready(): Promise<void> {
    await waitFor(
      { what: `${this.options.name} is up`, deadlineMs: 300_000, everyMs: 2_000 },
      () => this.run("true", { deadlineMs: 30_000 }),
      ({ status }) => status === 0,
    );
  }

  async reboot(): Promise<void> {
    const before = await this.sh("cat /proc/sys/kernel/random/boot_id");
    await this.run("sudo systemctl reboot");
    await waitFor(
      { what: `${this.options.name} is up again`, deadlineMs: 300_000, everyMs: 2_000 },
      () => this.run("cat /proc/sys/kernel/random/boot_id", { deadlineMs: 30_000 }),
      ({ status, output }) => status === 0 && output !== before,
    );
  }

  stop(): void {
    this.emulator.kill("SIGKILL");
  }
}
