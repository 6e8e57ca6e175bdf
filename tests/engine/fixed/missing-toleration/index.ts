/** examples/broken/missing-toleration with the toleration that its finding names. */
import { deploy, runtime, service } from "../../../../examples/broken/fixture";

deploy(runtime(), service());
