// Works on the process of loans until it is stopped: node worker.mjs <address>
import { Client, Variables } from "camunda-external-task-client-js";

const client = new Client({
  baseUrl: process.argv[2],
  workerId: "node",
  interval: 50,
  asyncResponseTimeout: 1000,
  lockDuration: 20000,
});
const failed = new Set();

client.subscribe("creditScoreChecker", async ({ task, taskService }) => {
  const letter = task.variables.get("letter");
  await letter.load();
  const variables = new Variables();
  variables.set("creditScores", task.variables.get("amount") > 1000 ? [7] : [9, 2]);
  variables.set("checkedAt", new Date(Date.UTC(2024, 0, 2, 3, 4, 5)));
  variables.set("read", letter.content.toString());
  await taskService.extendLock(task, 30000);
  await taskService.complete(task, variables);
});

client.subscribe("loanGranter", { variables: ["amount", "score"], includeExtensionProperties: true }, async ({ task, taskService }) => {
  if (task.extensionProperties.desk !== "north") {
    await taskService.handleFailure(task, { errorMessage: "the wrong desk", retries: 0 });
  } else if (task.variables.get("amount") > 1000) {
    await taskService.handleBpmnError(task, "over-the-limit", "too much");
  } else {
    const local = new Variables();
    local.set("granted", task.variables.get("score"));
    await taskService.complete(task, undefined, local);
  }
});

client.subscribe("requestRejecter", async ({ task, taskService }) => {
  if (failed.has(task.id)) {
    await taskService.complete(task);
  } else {
    failed.add(task.id);
    await taskService.handleFailure(task, { errorMessage: "no ink", errorDetails: "empty", retries: 1, retryTimeout: 0 });
  }
});
