package imap

import "fmt"

// xoauth2 signs in with an access token, as Google's and Microsoft's servers want it.
type xoauth2 struct{ user, token string }

// Start returns the one response there is.
func (x xoauth2) Start() (mechanism string, response []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is asked only where the token was refused; the challenge says why.
func (x xoauth2) Next(challenge []byte) ([]byte, error) {
	return nil, fmt.Errorf("the access token was refused: %.200q", challenge)
}
