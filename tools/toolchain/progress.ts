/** Tells that something long is going on: a line when it starts and when it ends, a running clock on a terminal. */

/** Where progress is printed; process.stderr is one. */
export interface ProgressOutput {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Runs `work`, naming it and its duration. */
export async function withProgress<T>(
  output: ProgressOutput,
  title: string,
  usualSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const start = Date.now();
  const elapsed = () => `${Math.round((Date.now() - start) / 1000)} s`;
  const usually = `usually ${usualSeconds} s on two cores`;
  const live = output.isTTY === true;
  const tick = () => output.write(live ? `\r${title}: ${elapsed()} (${usually})` : `${title} (${usually}) ...\n`);
  tick();
  const clock = live ? setInterval(tick, 1000) : undefined;
  const end = (word: string) => {
    clearInterval(clock);
    output.write(`${live ? "\r\u001b[K" : ""}${title}: ${word} ${elapsed()}\n`);
  };
  try {
    const result = await work();
    end("done in");
    return result;
  } catch (error) {
    end("failed after");
    throw error;
  }
}
