import * as provider from "@pulumi/pulumi/provider";

import { gcpProvider } from "./provider";

void provider.main(gcpProvider, process.argv.slice(2));
