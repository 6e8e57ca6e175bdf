/** What simulated controllers look at. */
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";

/** Hands on every object of a collection once, until the signal. */
export async function eachAppearance(
  api: ApiServer,
  path: string,
  signal: AbortSignal,
  handle: (object: JsonObject) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    for await (const { type, object } of api.watch(path, {}, signal)) {
      if (type === "ADDED") await handle(object);
    }
  }
}
