#pragma once
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Error codes that only exist in libsrtp 3.
static constexpr srtp_err_status_t srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(100);
static constexpr srtp_err_status_t srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(101);

namespace srtp3_shim
{
	template<typename F>
	inline srtp_err_status_t run(
	  F&& fn, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t extra)
	{
		if (inLen > static_cast<size_t>(INT_MAX) - extra)
			return srtp_err_status_bad_param;
		if (*outLen < inLen + extra)
			return srtp_err_status_buffer_small;
		if (in != out)
			std::memmove(out, in, inLen);
		int len      = static_cast<int>(inLen);
		const auto e = fn(out, &len);
		if (e == srtp_err_status_ok)
			*outLen = static_cast<size_t>(len);
		return e;
	}
} // namespace srtp3_shim

inline srtp_err_status_t srtp_protect(
  srtp_t ctx, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mki*/)
{
	return srtp3_shim::run(
	  [ctx](void* p, int* l) { return ::srtp_protect(ctx, p, l); },
	  rtp, rtpLen, srtp, srtpLen, SRTP_MAX_TRAILER_LEN);
}
inline srtp_err_status_t srtp_unprotect(
  srtp_t ctx, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return srtp3_shim::run(
	  [ctx](void* p, int* l) { return ::srtp_unprotect(ctx, p, l); },
	  srtp, srtpLen, rtp, rtpLen, 0);
}
inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t ctx, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mki*/)
{
	// + 4: SRTCP index word.
	return srtp3_shim::run(
	  [ctx](void* p, int* l) { return ::srtp_protect_rtcp(ctx, p, l); },
	  rtcp, rtcpLen, srtcp, srtcpLen, SRTP_MAX_TRAILER_LEN + 4);
}
inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t ctx, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return srtp3_shim::run(
	  [ctx](void* p, int* l) { return ::srtp_unprotect_rtcp(ctx, p, l); },
	  srtcp, srtcpLen, rtcp, rtcpLen, 0);
}
// The opaque policy object of libsrtp 3, for the one stream kind per session that mediasoup makes.
struct srtp3_policy
{
	srtp2_policy_t v2;
	unsigned char key[SRTP_MAX_KEY_LEN];
};
using srtp_policy_t = srtp3_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new srtp3_policy();
	std::memset(*policy, 0, sizeof(srtp3_policy));
	(*policy)->v2.key = (*policy)->key;
	return srtp_err_status_ok;
}
inline void srtp_policy_destroy(srtp_policy_t policy)
{
	std::memset(policy->key, 0, sizeof(policy->key));
	delete policy;
}
inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->v2.ssrc = ssrc;
	return srtp_err_status_ok;
}
inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const auto e = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);
	return e != srtp_err_status_ok ? e : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
}
inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy, const uint8_t* key, size_t keyLen, const uint8_t* salt, size_t saltLen,
  const uint8_t* /*mki*/, size_t mkiLen)
{
	if (mkiLen != 0 || keyLen + saltLen > sizeof(policy->key))
		return srtp_err_status_bad_param;
	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);
	return srtp_err_status_ok;
}
inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->v2.allow_repeat_tx = allow ? 1 : 0;
	return srtp_err_status_ok;
}
inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t size)
{
	policy->v2.window_size = size;
	return srtp_err_status_ok;
}
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return ::srtp_create(session, &policy->v2);
}
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrcNetworkOrder)
{
	return ::srtp_remove_stream(session, ssrcNetworkOrder);
}
