/** What MLServer, as OpenShift AI supports it, serves, and what a model of each framework is called. */
import table from "./mlserver.json";
import { nearest } from "./nearest";

/** One framework. */
export interface MlserverFramework {
  /** Name of the model format. */
  name: string;
  displayName: string;
  /** Class that serves it: `implementation` of the settings. */
  modelClass: string;
  /** Files that the class finds by itself, directly in the model's folder. */
  wellKnownFiles: string[];
  source: string;
}

/**
 * The frameworks; any other is refused.
 *
 * @requirement RT-27, RT-29
 */
export const mlserverFrameworks: readonly MlserverFramework[] = table;

/** Variables that the vendor supports: name, class and place of the model. */
export const supportedVariables: readonly string[] = [
  "MLSERVER_MODEL_NAME",
  "MLSERVER_MODEL_IMPLEMENTATION",
  "MLSERVER_MODEL_URI",
];

/** Variables that the runtime itself sets. */
export const runtimeVariables: readonly string[] = ["MLSERVER_HTTP_PORT", "MLSERVER_GRPC_PORT", "MLSERVER_MODELS_DIR"];

/** A framework by the name of its format or by what people call it; case does not count. */
export function findMlserverFramework(name: string): MlserverFramework | undefined {
  const wanted = name.toLowerCase();
  return mlserverFrameworks.find((one) => one.name === wanted || one.displayName.toLowerCase() === wanted);
}

/** The name closest to a misspelt one. */
export function nearestMlserverFramework(name: string): string | undefined {
  return nearest(
    name,
    mlserverFrameworks.map((one) => one.name),
  );
}
