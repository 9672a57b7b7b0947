import React, { type SVGProps } from 'react';

interface Props extends SVGProps<SVGSVGElement> {
  src: string;
  title?: string;
  innerRef?: React.Ref<SVGSVGElement>;
  loader?: unknown;
}

/** Icons without their pictures, which are files of the Grafana server. What can be clicked and read out stays. */
export default function InlineSVG({ src, title, innerRef, loader, onLoad, onError, ...rest }: Props) {
  return (
    <svg ref={innerRef} {...rest}>
      {title && <title>{title}</title>}
    </svg>
  );
}
