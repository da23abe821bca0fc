import * as provider from "@pulumi/pulumi/provider";

import { commandProvider } from "./provider";

void provider.main(commandProvider, process.argv.slice(2));
