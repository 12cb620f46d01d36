/** Prints slow and failed tests as they end: a slow file would else be silent until its last one. */
module.exports = class {
  onTestCaseResult(_, { status, ancestorTitles, title, duration }) {
    const seconds = (duration ?? 0) / 1000;
    if (status === "pending" || (status === "passed" && seconds < 2)) return;
    process.stderr.write(
      `  ${status === "passed" ? "✓" : "✕"} ${seconds.toFixed(1).padStart(6)} s  ${[...ancestorTitles, title].join(" › ")}\n`,
    );
  }
};
