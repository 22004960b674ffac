/** GitHub's own parser of workflows: it knows syntax that actionlint does not know yet, and less about what it means. */
import { registerHooks } from 'node:module';

export interface ParserFinding {
  readonly line: number;
  readonly message: string;
}

export type ParseWorkflow = (file: string, text: string) => Promise<ParserFinding[]>;

/** Loads the parser. It imports JSON without the attribute that Node requires, so a hook adds the attribute. */
export async function loadWorkflowParser(): Promise<ParseWorkflow> {
  registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
  });
  const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
  const { convertWorkflowTemplate, ErrorPolicy } = await import('@actions/workflow-parser/model/convert');
  return async (file, text) => {
    const { context, value } = parseWorkflow({ name: file, content: text }, new NoOperationTraceWriter());
    // Converting finds more mistakes, cron expressions among them, and adds them to the same list.
    if (value !== undefined)
      await convertWorkflowTemplate(context, value, undefined, { errorPolicy: ErrorPolicy.TryConversion });
    return context.errors.getErrors().map(({ rawMessage, message, range }) => ({
      line: range?.start.line ?? lineIn(message),
      message: rawMessage,
    }));
  };
}

/** Some errors give their line in the message only: `name (Line: 3, Col: 5): …`. */
function lineIn(message: string): number {
  return Number(/\(Line: (\d+),/.exec(message)?.[1] ?? 1);
}
