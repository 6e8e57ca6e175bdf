import { deploy, runtime, service } from "../fixture";

const vllm = runtime();
const granite = service();
vllm.metadata.name = granite.spec.predictor.model.runtime = "vllm";
deploy(vllm, granite);
