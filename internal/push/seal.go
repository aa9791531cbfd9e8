package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

const (
	recordSize = 4096 // of which a message is the only one
	maxText    = 3000 // bytes of a message; push services take four kilobytes with what is around it
	tokenLife  = 12 * time.Hour
)

// seal encrypts a message for one browser (RFC 8291, section 3.4, in the coding of RFC
// 8188): only who has the private half of key, and auth, can read it.
func seal(key, auth, text []byte) ([]byte, error) {
	mine, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	return sealWith(mine, salt, key, auth, text)
}

// sealWith is seal with the two things that are made anew for each message.
func sealWith(mine *ecdh.PrivateKey, salt, key, auth, text []byte) ([]byte, error) {
	if len(text) > maxText {
		return nil, fmt.Errorf("a notice of %d bytes is too long", len(text))
	}
	theirs, err := ecdh.P256().NewPublicKey(key)
	if err != nil {
		return nil, err
	}
	shared, err := mine.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	public := mine.PublicKey().Bytes()
	ikm, err := hkdf.Key(sha256.New, shared, auth, "WebPush: info\x00"+string(key)+string(public), 32)
	if err != nil {
		return nil, err
	}
	content, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(content)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	sealed := binary.BigEndian.AppendUint32(append([]byte{}, salt...), recordSize)
	sealed = append(append(sealed, byte(len(public))), public...)
	// The last record ends with a two (RFC 8188, section 2).
	return gcm.Seal(sealed, nonce, append(append([]byte{}, text...), 2), nil), nil
}

// authorization shows a push service who sends (RFC 8292, section 3).
func (p *Pusher) authorization(endpoint *url.URL) (string, error) {
	claims, err := json.Marshal(map[string]any{"aud": endpoint.Scheme + "://" + endpoint.Host, "exp": p.now().Add(tokenLife).Unix(), "sub": p.base})
	if err != nil {
		return "", err
	}
	token := encode([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + encode(claims)
	sum := sha256.Sum256([]byte(token))
	r, s, err := ecdsa.Sign(rand.Reader, p.key, sum[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return "vapid t=" + token + "." + encode(signature[:]) + ", k=" + p.PublicKey(), nil
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
