/** Prints each test as it ends: a slow file would else be silent until its last one. */
module.exports = class {
  onTestCaseResult(_, { status, ancestorTitles, title, duration }) {
    if (status === "pending") return;
    const seconds = ((duration ?? 0) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`  ${status === "passed" ? "✓" : "✕"} ${seconds} s  ${[...ancestorTitles, title].join(" › ")}\n`);
  }
};
