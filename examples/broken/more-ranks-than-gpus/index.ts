import { deploy, runtime, service } from "../fixture";

const granite = service({ gpus: 2 });
granite.spec.predictor.model.args = ["--tensor-parallel-size=4"];
deploy(runtime(), granite);
