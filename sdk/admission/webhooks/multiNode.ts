/**
 * What models spread over several nodes may ask for. Services and runtimes are asked much the same in other words.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/inference_service_validation.go` (validateMultiNodeVariables),
 * `pkg/webhook/admission/servingruntime/servingruntime_webhook.go` (validateMultiNodeSpec).
 */
import { annotations as keys, MAIN_CONTAINER } from "../../kubernetes/kserve";
import { acceleratorProblem } from "./accelerators";
import { variable } from "./components";
import type {
  DecodedContainer,
  DecodedModel,
  DecodedRuntime,
  DecodedRuntimeSpec,
  DecodedService,
  DecodedWorker,
} from "./decoded";
import { annotationPath, type Denial, firstDenial } from "./rule";

const WORKER_CONTAINER = "worker-container";
const SIZE_VARIABLES = ["PIPELINE_PARALLEL_SIZE", "TENSOR_PARALLEL_SIZE"];
const UNKNOWN_ACCELERATOR =
  "Unknown GPU resource type. Set 'serving.kserve.io/gpu-resource-types' annotation to use custom gpu resource type";

type Deny = (reason: string, field: string) => Denial;
type Annotations = Readonly<Record<string, string>>;

/** A service with a worker. */
export function multiNodeServiceDenial({ metadata, spec }: DecodedService): Denial | undefined {
  const { workerSpec: worker, model } = spec?.predictor ?? {};
  if (worker === undefined) return undefined;
  const annotations = metadata?.annotations ?? {};
  const deny: Deny = (reason, field) => ({
    message: `the InferenceService ${JSON.stringify(metadata?.name ?? "")} is invalid: ${reason}`,
    field: field.startsWith("metadata.") ? field : `spec.predictor.${field}`,
  });
  if ((worker.containers ?? []).length > 1) return severalContainers(deny);
  return (
    (model === undefined ? undefined : headDenial(model, annotations, deny)) ??
    sizeDenial(worker, "", deny) ??
    firstDenial(worker.containers ?? [], (container, index) =>
      serviceAcceleratorDenial(container, annotations, `workerSpec.containers[${index}].resources`, deny),
    )
  );
}

function headDenial(model: DecodedModel, annotations: Annotations, deny: Deny): Denial | undefined {
  const wrong =
    variableDenial(model, "model", deny) ?? serviceAcceleratorDenial(model, annotations, "model.resources", deny);
  if (wrong !== undefined) return wrong;
  if (model.storageUri === undefined) return deny("StorageURI must be set for multinode enabled", "model.storageUri");
  const [protocol = ""] = model.storageUri.split("://");
  if (protocol !== "pvc" && protocol !== "oci") {
    return deny(`Multinode only supports 'pvc' and 'oci' Storage Protocol(${protocol})`, "model.storageUri");
  }
  const scaler = annotations[keys.autoscalerClass] ?? "";
  if (scaler === "none") return undefined;
  return deny(`Multinode only supports 'none' autoscaler(${scaler})`, annotationPath(keys.autoscalerClass));
}

function serviceAcceleratorDenial(
  container: DecodedContainer,
  annotations: Annotations,
  field: string,
  deny: Deny,
): Denial | undefined {
  const problem = acceleratorProblem(container, annotations);
  if (problem === undefined) return undefined;
  if (problem === "unknown") return deny(UNKNOWN_ACCELERATOR, field);
  // An annotation that cannot be read is reported without the service.
  return { message: problem.message, field: problem.field };
}

/** A runtime with a worker, and one that had one. */
export function multiNodeRuntimeDenial(
  { kind = "", metadata, spec = {} }: DecodedRuntime,
  previous: DecodedRuntimeSpec,
): Denial | undefined {
  const deny: Deny = (reason, field) => ({
    message: `the ${kind} ${metadata?.name ?? ""} is invalid: ${reason}`,
    field: `spec.${field}`,
  });
  const { workerSpec: worker, containers = [], annotations = {} } = spec;
  if (worker === undefined) {
    if (previous.workerSpec === undefined) return undefined;
    return deny("removing workerSpec where it already exists is not allowed", "workerSpec");
  }
  const [first, ...others] = worker.containers ?? [];
  if (others.length > 0) return severalContainers(deny);
  const head = firstDenial(containers, (container, index) => {
    if (container.name !== MAIN_CONTAINER) return undefined;
    const at = `containers[${index}]`;
    return variableDenial(container, at, deny) ?? runtimeAcceleratorDenial(container, annotations, at, deny);
  });
  if (head !== undefined) return head;
  // Upstream reads the first container without asking whether there is one.
  if (first === undefined) {
    const message = "panic: runtime error: index out of range [0] with length 0 [recovered]";
    return { message, field: "spec.workerSpec.containers" };
  }
  const isWorker = first.name === WORKER_CONTAINER;
  return (
    (isWorker ? runtimeAcceleratorDenial(first, annotations, "workerSpec.containers[0]", deny) : undefined) ??
    sizeDenial(worker, "the ", deny)
  );
}

function runtimeAcceleratorDenial(
  container: DecodedContainer,
  annotations: Annotations,
  at: string,
  deny: Deny,
): Denial | undefined {
  const problem = acceleratorProblem(container, annotations);
  if (problem === undefined) return undefined;
  const unknown = `unknown GPU resource type in a container(${container.name ?? ""})`;
  return deny(problem === "unknown" ? unknown : problem.message, `${at}.resources`);
}

function severalContainers(deny: Deny): Denial {
  return deny("setting multiple containers in workerSpec is not allowed", "workerSpec.containers");
}

function variableDenial(container: DecodedContainer, at: string, deny: Deny): Denial | undefined {
  const set = SIZE_VARIABLES.find((name) => variable(container, name) !== undefined);
  return set === undefined ? undefined : deny(`setting ${set} in environment variables is not allowed`, `${at}.env`);
}

function sizeDenial(
  { pipelineParallelSize: pipeline = 1, tensorParallelSize: tensor = 1 }: DecodedWorker,
  article: string,
  deny: Deny,
): Denial | undefined {
  if (pipeline < 1) {
    const reason = `${article}WorkerSpec.PipelineParallelSize cannot be less than 1(${pipeline})`;
    return deny(reason, "workerSpec.pipelineParallelSize");
  }
  if (tensor >= 1) return undefined;
  const reason = `${article}WorkerSpec.TensorParallelSize cannot be less than 1(${tensor})`;
  return deny(reason, "workerSpec.tensorParallelSize");
}
