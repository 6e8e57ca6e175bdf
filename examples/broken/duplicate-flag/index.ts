import { deploy, runtime, service } from "../fixture";

const granite = service();
granite.spec.predictor.model.args.push("--max-model-len=32768");
deploy(runtime(), granite);
