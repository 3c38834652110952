#pragma once
#include <functional>
#include <unordered_map>
#include <unordered_set>
// The standard containers under the names that mediasoup uses.
namespace ankerl::unordered_dense
{
	template<typename T>
	struct hash : std::hash<T> {};
	template<typename K, typename V, typename H = hash<K>, typename E = std::equal_to<K>>
	using map = std::unordered_map<K, V, H, E>;
	template<typename K, typename H = hash<K>, typename E = std::equal_to<K>>
	using set = std::unordered_set<K, H, E>;
} // namespace ankerl::unordered_dense
