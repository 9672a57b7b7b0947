/** A certificate's file as the back end takes it: PEM as its text, all else (PFX) in base64. */
export async function readCertificate(file: Blob): Promise<string> {
  const bytes = await read(file);
  const text = bytes.reduce((all, byte) => all + String.fromCharCode(byte), '');
  return text.includes('-----BEGIN ') ? text.trim() : btoa(text);
}

function read(file: Blob): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(new Uint8Array(reader.result as ArrayBuffer));
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(file);
  });
}
