import { deploy, runtime, service } from "../fixture";

const granite = service();
granite.spec.predictor.model.runtime = "vLLM NVIDIA GPU ServingRuntime for KServe";
deploy(runtime(), granite);
