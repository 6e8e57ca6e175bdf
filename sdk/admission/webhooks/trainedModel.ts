/**
 * The rules of the validating webhook for TrainedModels, in upstream's order.
 * Upstream: kserve/kserve `pkg/apis/serving/v1alpha1/trainedmodel_webhook.go`.
 */
import { canonicalQuantity, compareQuantities, parseQuantity } from "../../pod/quantity";
import type { DecodedTrainedModel } from "./decoded";
import type { Denial, Rule } from "./rule";

const NAME = "^[a-zA-Z0-9_-]+$";
const PREFIXES = ["s3://", "gs://", "https://", "http://"];

/** The rules for a model; given the stored one, also what an update may not change. */
export function trainedModelRules(previous: DecodedTrainedModel | undefined): readonly Rule<DecodedTrainedModel>[] {
  const stored = previous?.spec?.model?.memory;
  return [nameDenial, storageDenial, ...(stored === undefined ? [] : [keepsMemory(stored)])];
}

function nameDenial({ metadata }: DecodedTrainedModel): Denial | undefined {
  const name = metadata?.name ?? "";
  if (new RegExp(NAME).test(name)) return undefined;
  const examples = `(e.g. "my-Name" or "abc_123", regex used for validation is '${NAME}')`;
  const rule = `a Trained Model name must consist of alphanumeric characters, '_', or '-'. ${examples}`;
  return { message: `the Trained Model "${name}" is invalid: ${rule}`, field: "metadata.name" };
}

function storageDenial({ metadata, spec }: DecodedTrainedModel): Denial | undefined {
  const uri = spec?.model?.storageUri ?? "";
  if (PREFIXES.some((prefix) => uri.startsWith(prefix))) return undefined;
  const rule = `The storage uri must start with one of the prefixes: ${PREFIXES.join(", ")}`;
  const message = `the Trained Model "${metadata?.name ?? ""}" storageUri field is invalid. ${rule}. (the storage uri given is "${uri}")`;
  return { message, field: "spec.model.storageUri" };
}

function keepsMemory(stored: string): Rule<DecodedTrainedModel> {
  return ({ metadata, spec }) => {
    const memory = spec?.model?.memory ?? "0";
    if (compareQuantities(parseQuantity(memory), parseQuantity(stored)) === 0) return undefined;
    const change = `The memory was "${canonicalQuantity(stored)}" but it is updated to "${canonicalQuantity(memory)}"`;
    const message = `the Trained Model "${metadata?.name ?? ""}" memory field is immutable. ${change}`;
    return { message, field: "spec.model.memory" };
  };
}
