import { deploy, runtime, service } from "../fixture";

const vllm = runtime();
vllm.spec.containers[0].resources.limits["amd.com/gpu"] = "1";
deploy(vllm, service());
