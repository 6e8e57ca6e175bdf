import type { ModelSource } from "../../sdk/spec/storage/modelSource";
import { refuse } from "../specification";
import type { ModelConnection } from "./modelConnection";
import { factsOfConnection } from "./modelConnection";

/**
 * The source of a model that is given its connection whole instead of by name.
 *
 * Plain KServe reads no connections but those of buckets, so there the address itself is written into the service.
 *
 * @requirement ST-1, ST-7, ST-8
 */
export function connectedSource(source: ModelSource, connection: ModelConnection): ModelSource {
  if (source.connection !== undefined) {
    const message = "cannot be combined with connection; keep one of the two";
    refuse("ModelDeployment", [{ path: ["source", "connection"], message }]);
  }
  const { spec, uri } = factsOfConnection(connection) ?? {};
  const secretName = spec?.name ?? connection.secretName;
  if (spec?.huggingFace !== undefined) return { ...source, tokenSecret: secretName };
  if (uri !== undefined && spec?.platform.kind === "kserve") return { ...source, uri };
  return { ...source, connection: secretName };
}
