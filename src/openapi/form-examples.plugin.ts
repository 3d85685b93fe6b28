/** What the plugin needs of Swagger UI and of React, which Swagger UI brings. */
interface System {
  readonly React: { createElement(type: unknown, props: object | null, ...children: unknown[]): unknown };
}

/** An Immutable.js map, as far as the plugin reads it. */
interface ImmutableMap {
  getIn(path: readonly string[]): ImmutableMap | undefined;
  toJS(): Record<string, unknown>;
}

interface RequestBodyProps {
  readonly requestBody: ImmutableMap;
  readonly contentType: string;
  readonly isExecute: boolean;
  readonly onChange: (value: string, path: readonly string[]) => void;
}

/**
 * Lets a person pick an example for a form: Swagger UI itself offers examples only for bodies that it shows as text.
 * Runs in the browser, from its own source text: it must not use anything outside itself.
 */
export function formExamplesPlugin() {
  return {
    wrapComponents: {
      RequestBody:
        (Original: unknown, { React }: System) =>
        (props: RequestBodyProps) => {
          const original = React.createElement(Original, props);
          const { requestBody, contentType, isExecute, onChange } = props;
          const media = ['content', contentType];
          const examples = requestBody.getIn([...media, 'examples'])?.toJS() as
            Record<string, { value: Record<string, string> }> | undefined;
          const isForm = contentType === 'application/x-www-form-urlencoded';
          if (!isForm || !isExecute || examples === undefined) return original;

          const fill = (name: string) => {
            const fields = Object.keys(requestBody.getIn([...media, 'schema', 'properties'])?.toJS() ?? {});
            for (const field of fields) onChange(examples[name]?.value[field] ?? '', [field]);
          };
          const option = (name: string) => React.createElement('option', { key: name, value: name }, name);
          const select = React.createElement(
            'select',
            {
              'aria-label': 'Example',
              defaultValue: '',
              onChange: (event: { target: { value: string } }) => fill(event.target.value),
            },
            React.createElement('option', { key: '', value: '', disabled: true }, 'Pick a grant…'),
            Object.keys(examples).map(option),
          );
          const label = React.createElement(
            'label',
            { style: { padding: '10px 20px', display: 'block' } },
            'Example: ',
            select,
          );
          return React.createElement('div', null, label, original);
        },
    },
  };
}
