import { Box, Button, Field, SecretTextArea } from '@grafana/ui';
import React, { useRef } from 'react';

import { COLUMNS } from './fields';
import { readCertificate } from './readCertificate';
import { Secret } from './Secret';
import type { Form } from './useForm';

/** A certificate with its private key, pasted or from a file. */
export function Certificate({ form }: { form: Form }) {
  const name = 'azureClientCertificate';
  const file = useRef<HTMLInputElement>(null);
  const isStored = form.isStored(name);
  const read = async (chosen: File | undefined) => {
    if (chosen) {
      form.visit(name);
      form.setSecret(name, await readCertificate(chosen).catch(() => ''));
    }
  };
  return (
    <>
      <Field
        label="Client certificate"
        htmlFor="tally-client-certificate"
        description="The certificate and its RSA private key: as PEM without a password, or as PFX in base64. It is stored for this environment only: another address asks for it again."
        required
        {...form.validity(name)}
      >
        <SecretTextArea
          id="tally-client-certificate"
          isConfigured={isStored}
          value={form.secret(name)}
          placeholder="-----BEGIN PRIVATE KEY----- … -----BEGIN CERTIFICATE-----"
          rows={6}
          cols={COLUMNS}
          disabled={form.readOnly}
          onChange={(event) => form.setSecret(name, event.currentTarget.value)}
          onReset={() => form.resetSecrets(name, 'azureClientCertificatePassword')}
          onBlur={() => form.visit(name)}
        />
      </Field>
      {!isStored && !form.readOnly && (
        <Box marginBottom={2}>
          <input
            ref={file}
            type="file"
            hidden
            accept=".pem,.pfx,.p12"
            onChange={({ currentTarget: { files } }) => read(files?.[0])}
          />
          <Button size="sm" variant="secondary" icon="upload" onClick={() => file.current?.click()}>
            Take it from a file
          </Button>
        </Box>
      )}
      <Secret
        form={form}
        name="azureClientCertificatePassword"
        label="Certificate password"
        description="Of a PFX file that has one. PEM has none."
      />
    </>
  );
}
